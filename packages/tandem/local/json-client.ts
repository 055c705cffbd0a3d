/** Calls that the tool itself makes to a store of the run, in AWS's JSON protocol and signed like any other: the check of permissions sees them too. */

import type { Credentials } from "./iam/credentials.ts";
import { type Signer, signerOf } from "./signer.ts";

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
    this.#target = target;
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
    const response = await fetch(this.#endpoint.origin, {
      method: "POST",
      headers,
      body,
      ...(signal ? { signal } : {}),
    });
    const output = (await response.json()) as Output & { __type?: string; message?: string };
    if (response.ok) return output;
    const code = output.__type?.split("#").at(-1) ?? String(response.status);
    throw new ServiceError(operation, code, output.message ?? "");
  }
}
