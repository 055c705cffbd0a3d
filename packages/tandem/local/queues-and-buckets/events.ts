/** What a request did to objects, as S3 notifies of it. */
import type { Library } from "./fauxqs.ts";
import type { S3Address } from "./s3-operations.ts";

export interface ObjectEvent {
  /** As in the notification, e.g. `ObjectCreated:Put`. */
  name: string;
  bucket: string;
  key: string;
  /** Bytes; absent where no content is written, like the etag of a removed object. */
  size?: number;
  etag?: string;
  region: string;
}

const CREATIONS: Record<string, string> = {
  CompleteMultipartUpload: "ObjectCreated:CompleteMultipartUpload",
  CopyObject: "ObjectCreated:Copy",
  PutObject: "ObjectCreated:Put",
};

/** Undefined for operations that create no object. */
export function createdObject(
  operation: string,
  { bucket, key }: S3Address,
  library: Library,
): Omit<ObjectEvent, "region"> | undefined {
  const name = CREATIONS[operation];
  const stored = name === undefined ? undefined : library.object(bucket, key);
  return stored && name !== undefined
    ? { name, bucket, key, size: stored.contentLength, etag: stored.etag.replaceAll('"', "") }
    : undefined;
}
