import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../../local/iam/credentials.ts";

export interface SignedRequest {
  credentials: Credentials;
  service: string;
  region: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** Sends a request as an SDK signs it. */
export async function signedFetch(
  url: URL,
  { credentials, service, region, method, headers, body }: SignedRequest,
): Promise<Response> {
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const signed = await signer.sign({
    method,
    protocol: "http:",
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...headers },
    body,
  });
  return fetch(url, { method, headers: signed.headers, body: body === "" ? null : body });
}
