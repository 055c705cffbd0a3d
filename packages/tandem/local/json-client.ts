/** Calls that the tool itself makes to a store of the run, in AWS's JSON protocol and signed like any other: the check of permissions sees them too. */

import type { Credentials } from "./iam/credentials.ts";
import { ownCall } from "./own-call.ts";
import { type Signer, signerOf } from "./signer.ts";

/** By the service's name in a signature: what stands before an operation in `X-Amz-Target`, and the version of the protocol. */
export const jsonTargets = {
  dynamodb: { target: "DynamoDB_20120810", version: "1.0" },
  events: { target: "AWSEvents", version: "1.1" },
  kinesis: { target: "Kinesis_20131202", version: "1.1" },
  secretsmanager: { target: "secretsmanager", version: "1.1" },
  sqs: { target: "AmazonSQS", version: "1.0" },
  ssm: { target: "AmazonSSM", version: "1.1" },
  states: { target: "AWSStepFunctions", version: "1.0" },
};

export type JsonService = keyof typeof jsonTargets;

export interface JsonClientOptions {
  /** On this machine. */
  endpoint: URL;
  service: JsonService;
  /** Where it is not the service's own, e.g. `DynamoDBStreams_20120810`. */
  target?: string;
  region: string;
  credentials: Credentials;
}

/** What the service refuses. */
export class ServiceError extends Error {
  override name = "ServiceError";
  /** e.g. `AccessDenied`. */
  readonly code: string;
  /** The service's own words, which may be none. */
  readonly detail: string;

  constructor(operation: string, code: string, detail: string) {
    super(`${operation}: ${detail || code}`);
    this.code = code;
    this.detail = detail;
  }
}

export class JsonClient {
  readonly #endpoint: URL;
  readonly #target: string;
  readonly #sign: Signer;

  constructor({ endpoint, target, service, region, credentials }: JsonClientOptions) {
    this.#endpoint = endpoint;
    this.#target = target ?? jsonTargets[service].target;
    this.#sign = signerOf({ service, region, credentials });
  }

  async call<Output>(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
    const body = JSON.stringify(input);
    const headers = await this.#sign({
      endpoint: this.#endpoint,
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `${this.#target}.${operation}`,
      },
      body,
    });
    const { ok, status, text } = await ownCall(this.#endpoint, { headers, body, signal });
    const output = JSON.parse(text) as Output & { __type?: string; message?: string };
    if (ok) return output;
    const code = output.__type?.split("#").at(-1) ?? String(status);
    throw new ServiceError(operation, code, output.message ?? "");
  }
}
