/** Signatures of requests that the tool itself sends, by version 4 as AWS's own clients make them. */
import type { SignatureV4, SignatureV4Init } from "@smithy/signature-v4";

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
export function signerOf(options: SignerOptions): Signer {
  let making: Promise<SignatureV4> | undefined;
  return async ({ endpoint, method = "POST", path = "/", query = {}, headers, body }) => {
    making ??= makeSigner(options);
    const signer = await making;
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

/** Loaded with the first one: the threads of stores, which are given clients, sign nothing. */
async function makeSigner({ service, region, credentials }: SignerOptions): Promise<SignatureV4> {
  const [{ SignatureV4: Version4 }, { Sha256 }] = await Promise.all([
    import("@smithy/signature-v4"),
    import("@aws-crypto/sha256-js"),
  ]);
  // S3 signs a path as it is sent; every other service escapes it once more.
  const uriEscapePath = service !== "s3";
  return new Version4({ service, region, credentials, sha256: Sha256, uriEscapePath });
}

type SignerOptions = Pick<SignatureV4Init, "service" | "region" | "credentials">;
