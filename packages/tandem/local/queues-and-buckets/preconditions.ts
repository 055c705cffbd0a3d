/** Conditions of a write on what lies under its key, and the order of writes that makes them hold. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../emulators/front.ts";
import { failureWith, s3Failure } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import type { StoredObject } from "./library-types.ts";
import { bareEtag } from "./s3-documents.ts";
import type { S3Address } from "./s3-operations.ts";

/** Operations after which something else lies under the key, or nothing. */
export const WRITES: ReadonlySet<string> = new Set([
  "CompleteMultipartUpload",
  "CopyObject",
  "DeleteObject",
  "PutObject",
]);

/** Why S3 does not write; undefined when it may. */
export function failedPrecondition(
  { bucket, key }: S3Address,
  headers: IncomingHttpHeaders,
  library: Library,
): Answer | undefined {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  if (match === undefined && noneMatch === undefined) return undefined;
  if (match !== undefined && noneMatch !== undefined) {
    const message = "A write with both If-Match and If-None-Match is none of S3's";
    return { ...s3Failure("NotImplemented", message), status: 501 };
  }
  const stored = library.object(bucket, key);
  if (noneMatch !== undefined) return stored ? failed("If-None-Match") : undefined;
  if (!stored)
    return library.hasBucket(bucket)
      ? { ...s3Failure("NoSuchKey", "The specified key does not exist."), status: 404 }
      : undefined;
  return match === "*" || bareEtag(match ?? "") === bareEtag(stored.etag) ? undefined : failed("If-Match");
}

/** Why S3 does not copy from what is stored there, which is not what was read. Clients that copy in parts ask so of each. */
export function failedCopyCondition(
  { "x-amz-copy-source-if-match": match }: IncomingHttpHeaders,
  source: StoredObject | undefined,
): Answer | undefined {
  if (match === undefined || !source || bareEtag(String(match)) === bareEtag(source.etag)) return undefined;
  return failed("x-amz-copy-source-If-Match");
}

function failed(condition: string): Answer {
  const message = "At least one of the pre-conditions you specified did not hold";
  return failureWith("PreconditionFailed", message, 412, { Condition: condition });
}

/** What is waited for before the next write of a key. */
const writing = new Map<string, Promise<unknown>>();

/** One write of a key after the other: between its condition and a write nobody else's may come. */
export async function inTurn<T>(name: string, write: () => Promise<T>): Promise<T> {
  const before = writing.get(name);
  const mine = (before ?? Promise.resolve()).then(write, write);
  writing.set(name, mine);
  try {
    return await mine;
  } finally {
    if (writing.get(name) === mine) writing.delete(name);
  }
}
