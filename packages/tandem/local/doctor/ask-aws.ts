/** Asks AWS itself who this is: STS answers every identity, whatever it may do. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { signerOf } from "../signer.ts";
import { type Finding, here, missing } from "./check.ts";

const LONGEST_ANSWER_MS = 10_000;
const QUESTION = "Action=GetCallerIdentity&Version=2011-06-15";

export interface Sts {
  region: string;
  endpoint: string;
}

/** The variable is the SDK's own. */
export function stsOf({ AWS_REGION, AWS_ENDPOINT_URL_STS }: NodeJS.ProcessEnv): Sts {
  const region = AWS_REGION || "us-east-1";
  return { region, endpoint: AWS_ENDPOINT_URL_STS || `https://sts.${region}.amazonaws.com` };
}

export async function askAws(sts: Sts): Promise<Finding> {
  let headers: Record<string, string>;
  try {
    headers = await signedHeaders(sts);
  } catch (error) {
    return missing(`no credentials could be had: ${(error as Error).message}`, "aws sso login");
  }
  try {
    const signal = AbortSignal.timeout(LONGEST_ANSWER_MS);
    const response = await fetch(sts.endpoint, { method: "POST", headers, body: QUESTION, signal });
    return read(response.status, await response.text());
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    return missing(`${sts.endpoint} did not answer: ${reason}`, `curl --head ${sts.endpoint}`);
  }
}

async function signedHeaders({ region, endpoint }: Sts): Promise<Record<string, string>> {
  // Any client of the SDK finds the credentials; the one for STS alone would be one package more.
  const client = new DynamoDBClient({ region });
  try {
    return await signerOf({ service: "sts", region, credentials: client.config.credentials })({
      endpoint: new URL(endpoint),
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: QUESTION,
    });
  } finally {
    client.destroy();
  }
}

function read(status: number, answer: string): Finding {
  const arn = /arn:[^"<\s]+/.exec(answer)?.[0];
  if (status === 200 && arn !== undefined) return here(arn);
  const [, inJson, inXml] = /"Code":\s*"(\w+)"|<Code>(\w+)</.exec(answer) ?? [];
  return missing(`AWS refused the identity: ${inJson ?? inXml ?? `status ${status}`}`, "aws sso login");
}
