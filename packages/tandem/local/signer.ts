/** Signatures of requests that the tool itself sends, by version 4 as AWS's own clients make them. */
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4, type SignatureV4Init } from "@smithy/signature-v4";

export interface PostRequest {
  /** Host and port of the service. */
  endpoint: URL;
  path?: string;
  headers: Record<string, string>;
  body: string;
}

export type Signer = (request: PostRequest) => Promise<Record<string, string>>;

/** The headers of a POST with its signature. `service` as a signature names it, e.g. `sqs`. */
export function signerOf({ service, region, credentials }: SignerOptions): Signer {
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  return async ({ endpoint: { protocol, hostname, host, port }, path = "/", headers, body }) => {
    const request = { method: "POST", protocol, hostname, path, query: {}, body };
    const signed = await signer.sign({
      ...request,
      ...(port === "" ? {} : { port: Number(port) }),
      headers: { host, ...headers },
    });
    return signed.headers;
  };
}

type SignerOptions = Pick<SignatureV4Init, "service" | "region" | "credentials">;
