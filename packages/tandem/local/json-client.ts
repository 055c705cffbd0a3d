/** Calls that the tool itself makes to a store of the run, in AWS's JSON protocol and signed like any other: the check of permissions sees them too. */

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "./iam/credentials.ts";

export interface JsonClientOptions {
  /** On this machine. */
  endpoint: URL;
  /** As a signature names it, e.g. `sqs`. */
  service: string;
  /** What stands before an operation in `X-Amz-Target`, e.g. `AmazonSQS`. */
  target: string;
  region: string;
  credentials: Credentials;
}

/** What the service refuses. */
export class ServiceError extends Error {
  override name = "ServiceError";
  /** e.g. `AccessDenied`. */
  readonly code: string;
  /** The service's own words, which may be none. */
  readonly said: string;

  constructor(operation: string, code: string, said: string) {
    super(`${operation}: ${said || code}`);
    this.code = code;
    this.said = said;
  }
}

export class JsonClient {
  readonly #endpoint: URL;
  readonly #target: string;
  readonly #signer: SignatureV4;

  constructor({ endpoint, target, service, region, credentials }: JsonClientOptions) {
    this.#endpoint = endpoint;
    this.#target = target;
    this.#signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  }

  async call<Output>(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
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
        "x-amz-target": `${this.#target}.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const response = await fetch(origin, { method, headers, body, ...(signal ? { signal } : {}) });
    const output = (await response.json()) as Output & { __type?: string; message?: string };
    if (response.ok) return output;
    const code = output.__type?.split("#").at(-1) ?? String(response.status);
    throw new ServiceError(operation, code, output.message ?? "");
  }
}
