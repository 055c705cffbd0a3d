/** What a request did to objects, as S3 notifies of it. */
import type { FrontRequest } from "../emulators/front.ts";
import { deletedKeys, s3Target } from "../iam/actions-s3.ts";
import type { Library } from "./library.ts";

export interface ObjectEvent {
  /** As in the notification, e.g. `ObjectCreated:Put`. */
  name: string;
  bucket: string;
  key: string;
  /** Bytes; absent for a removed object, like its etag. */
  size?: number;
  etag?: string;
  region: string;
}

/** Call it before the request is carried out: what it removes is there only then. */
export function removedObjects(request: FrontRequest, library: Library): { bucket: string; key: string }[] {
  const target = s3Target(request.url);
  if (!target) return [];
  const { bucket, key, query } = target;
  const named = request.method === "DELETE" && key !== "" && query.size === queryOfSdk(query) ? [key] : [];
  const listed = request.method === "POST" && query.has("delete") ? deletedKeys(request.body) : [];
  return [...named, ...listed]
    .filter((one) => library.object(bucket, one))
    .map((one) => ({ bucket, key: one }));
}

/** Undefined for requests that create no object. */
export function createdObject(
  request: FrontRequest,
  library: Library,
): Omit<ObjectEvent, "region"> | undefined {
  const target = s3Target(request.url);
  const name = target && target.key !== "" ? creation(request, target.query) : undefined;
  if (!target || !name) return undefined;
  const { bucket, key } = target;
  const stored = library.object(bucket, key);
  return stored && { name, bucket, key, size: stored.contentLength, etag: stored.etag.replaceAll('"', "") };
}

function creation({ method, headers }: FrontRequest, query: URLSearchParams): string | undefined {
  if (method === "POST" && query.has("uploadId")) return "ObjectCreated:CompleteMultipartUpload";
  if (method !== "PUT" || query.size > queryOfSdk(query)) return undefined;
  return headers["x-amz-copy-source"] === undefined ? "ObjectCreated:Put" : "ObjectCreated:Copy";
}

/** Parameters that clients add to any operation: its name, and the fields of a presigned URL. */
function queryOfSdk(query: URLSearchParams): number {
  return [...query.keys()].filter((name) => name === "x-id" || /^x-amz-/i.test(name)).length;
}
