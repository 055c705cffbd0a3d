/**
 * Asks the run's DynamoDB as the person at this machine, in its own JSON: the SDK's plain values would lose which type a set or
 * a long number has, and an item that is edited here must come back as it was.
 */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { operatorCredentials } from "../local/iam/credentials.ts";
import { UserError } from "../shared/user-error.js";

export class DynamodbOperator {
  readonly #endpoint: URL;
  readonly #signer: SignatureV4;

  constructor(endpoint: string, region: string) {
    this.#endpoint = new URL(endpoint);
    this.#signer = new SignatureV4({
      service: "dynamodb",
      region,
      credentials: operatorCredentials,
      sha256: Sha256,
    });
  }

  /** What it refuses is a UserError in its own words. */
  async call<Output>(operation: string, input: object): Promise<Output> {
    const { host, hostname, port, origin } = this.#endpoint;
    const { method, headers, body } = await this.#signer.sign({
      method: "POST",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/",
      query: {},
      headers: {
        host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const response = await fetch(origin, { method, headers, body });
    const output = (await response.json()) as Output & { __type?: string; message?: string };
    if (response.ok) return output;
    const code = output.__type?.split("#").at(-1) ?? String(response.status);
    throw new UserError(`${operation}: ${code} ${output.message ?? ""}`.trim());
  }
}
