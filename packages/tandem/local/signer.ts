/** Signatures of requests that the tool itself sends, by version 4 as AWS's own clients make them. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4, type SignatureV4Init } from "@smithy/signature-v4";

export interface UnsignedRequest {
  /** Host and port of the service. */
  endpoint: URL;
  /** Defaults to POST. */
  method?: string;
  /** Encoded, as it is sent. */
  path?: string;
  /** Not encoded. */
  query?: Record<string, string>;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export type Signer = (request: UnsignedRequest) => Promise<Record<string, string>>;

/** The headers of a request with its signature. `service` as a signature names it, e.g. `sqs`. */
export function signerOf({ service, region, credentials }: SignerOptions): Signer {
  // S3 signs a path as it is sent; every other service escapes it once more.
  const uriEscapePath = service !== "s3";
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath });
  return async ({ endpoint, method = "POST", path = "/", query = {}, headers, body }) => {
    const { protocol, hostname, host, port } = endpoint;
    const request = { method, protocol, hostname, path, query, body };
    const signed = await signer.sign({
      ...request,
      ...(port === "" ? {} : { port: Number(port) }),
      headers: { host, ...headers },
    });
    return signed.headers;
  };
}

type SignerOptions = Pick<SignatureV4Init, "service" | "region" | "credentials">;
