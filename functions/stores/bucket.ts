/** S3: one client a worker. */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientSettings, orFailure, tracing } from "./aws-client.ts";

// Path style, because a local endpoint has no name for each bucket; S3 itself takes both.
const client = new S3Client({ ...clientSettings, forcePathStyle: true });
client.middlewareStack.use(tracing("S3"));

/** The content of an object as it arrives. */
export async function readObject(Bucket: string, Key: string): Promise<AsyncIterable<Uint8Array>> {
  const { Body } = await orFailure("S3", client.send(new GetObjectCommand({ Bucket, Key })));
  if (!Body) throw new Error(`s3://${Bucket}/${Key} came without a body`);
  return Body.transformToWebStream();
}
