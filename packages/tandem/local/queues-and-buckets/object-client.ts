/** The one call to S3 that the run makes itself, without the weight of an SDK. */
import { operatorCredentials } from "../iam/credentials.ts";
import { ownCall } from "../own-call.ts";
import { signerOf } from "../signer.ts";

export interface NewObject {
  bucket: string;
  region: string;
  key: string;
  body: string;
}

/** @param endpoint of S3 on this machine. Rejects with what S3 refuses. */
export async function putObject(endpoint: URL, { bucket, region, key, body }: NewObject): Promise<void> {
  const path = `/${[bucket, ...key.split("/")].map(encodeURIComponent).join("/")}`;
  const sign = signerOf({ service: "s3", region, credentials: operatorCredentials });
  const headers = await sign({ endpoint, method: "PUT", path, headers: {}, body });
  const { ok, status, text } = await ownCall(endpoint, { method: "PUT", path, headers, body });
  if (!ok) throw new Error(`PutObject of ${key} in ${bucket}: ${status} ${text}`);
}
