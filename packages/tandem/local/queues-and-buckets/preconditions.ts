/** Conditions of a write on what lies under its key, and the order of writes that makes them hold. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../emulators/front.ts";
import { s3Failure } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import type { StoredObject } from "./library-types.ts";
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
  return match === "*" || bare(match) === bare(stored.etag) ? undefined : failed("If-Match");
}

/** Why S3 does not copy from what is stored there, which is not what was read. Clients that copy in parts ask so of each. */
export function failedCopyCondition(
  { "x-amz-copy-source-if-match": match }: IncomingHttpHeaders,
  source: StoredObject | undefined,
): Answer | undefined {
  if (match === undefined || !source || bare(String(match)) === bare(source.etag)) return undefined;
  return failed("x-amz-copy-source-If-Match");
}

function bare(etag = ""): string {
  return etag.replaceAll('"', "");
}

function failed(condition: string): Answer {
  const message = "At least one of the pre-conditions you specified did not hold";
  const { headers, body } = s3Failure("PreconditionFailed", message);
  const withCondition = body.toString().replace("</Error>", `<Condition>${condition}</Condition></Error>`);
  return { status: 412, headers, body: withCondition };
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
