/** Asks AWS itself who this is: STS answers every identity, whatever it may do. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Finding, here, missing } from "./check.ts";

const longestAnswerMs = 10_000;

export async function askAws(region: string): Promise<Finding> {
  // Any client of the SDK finds the credentials; the one for STS alone would be one package more.
  const client = new DynamoDBClient({ region });
  try {
    const signer = new SignatureV4({
      service: "sts",
      region,
      credentials: client.config.credentials,
      sha256: Sha256,
    });
    const hostname = `sts.${region}.amazonaws.com`;
    const { headers, body } = await signer.sign({
      method: "POST",
      protocol: "https:",
      hostname,
      path: "/",
      headers: {
        host: hostname,
        "content-type": "application/x-www-form-urlencoded",
        accept: "application/json",
      },
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    const response = await fetch(`https://${hostname}/`, {
      method: "POST",
      headers,
      body,
      signal: AbortSignal.timeout(longestAnswerMs),
    });
    const answer = await response.text();
    const arn = /arn:[^"<\s]+/.exec(answer)?.[0];
    if (response.ok && arn !== undefined) return here(arn);
    const code = /"Code":\s*"(\w+)"|<Code>(\w+)</.exec(answer);
    return missing(
      `AWS refused the identity: ${code?.[1] ?? code?.[2] ?? `status ${response.status}`}`,
      "aws sso login",
    );
  } catch (error) {
    return missing(`AWS could not be asked: ${(error as Error).message}`, "aws sso login");
  } finally {
    client.destroy();
  }
}
