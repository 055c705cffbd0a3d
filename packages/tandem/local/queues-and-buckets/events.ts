/** What a request did to objects, as S3 notifies of it. */
import type { Library } from "./fauxqs.ts";
import { NULL_VERSION } from "./kept-versions.ts";
import { bareEtag } from "./s3-documents.ts";
import type { S3Address } from "./s3-operations.ts";

export interface ObjectEvent {
  /** As in the notification, e.g. `ObjectCreated:Put`. */
  name: string;
  bucket: string;
  key: string;
  /** Bytes; absent where no content is written, like the etag of a removed object. */
  size?: number;
  etag?: string;
  /** Of a bucket that keeps versions; none of the version `null`. */
  versionId?: string;
  region: string;
}

/** For good where a version is named. */
export interface Removal {
  bucket: string;
  key: string;
  versionId?: string;
}

/** Of no content. */
const EMPTY = "d41d8cd98f00b204e9800998ecf8427e";

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
    ? {
        name,
        bucket,
        key,
        size: stored.contentLength,
        etag: bareEtag(stored.etag),
        ...versionOf(bucket, key, library),
      }
    : undefined;
}

export function removedObject(
  { bucket, key, versionId }: Removal,
  library: Library,
): Omit<ObjectEvent, "region"> {
  const name = "ObjectRemoved:Delete";
  if (versionId !== undefined) return { name, bucket, key, ...named(versionId) };
  if (library.versions.status(bucket) === undefined) return { name, bucket, key };
  const marker = { name: "ObjectRemoved:DeleteMarkerCreated", bucket, key, etag: EMPTY };
  return { ...marker, ...versionOf(bucket, key, library) };
}

/** The newest. */
export function versionOf(bucket: string, key: string, { versions }: Library): { versionId?: string } {
  return versions.status(bucket) === undefined ? {} : named(versions.newest(bucket, key)?.versionId);
}

function named(versionId: string | undefined): { versionId?: string } {
  return versionId === undefined || versionId === NULL_VERSION ? {} : { versionId };
}
