/** Addresses of S3 as they come, as they are judged and as they are handed on to the library. */
import type { FrontRequest } from "../emulators/front.ts";
import { type S3Target, s3Target } from "../iam/actions-s3.ts";
import { isReservedBucket, type ObjectPlace } from "./kept-versions.ts";
import type { S3Address } from "./s3-operations.ts";

/** A name that S3 takes; what the library serves besides (`/_fauxqs`) has none. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
export function isBucketName(name: string): boolean {
  return BUCKET.test(name) && !isReservedBucket(name);
}

/** Undefined for an address that two readers could take for two things. */
export function readAddress(url: string): S3Address | undefined {
  const target = url.startsWith("/") ? s3Target(url) : undefined;
  if (!target || (target.bucket === "" && target.key !== "")) return undefined;
  const query = new Map(target.query);
  return query.size === target.query.size ? { ...target, query } : undefined;
}

/**
 * The request with what was read of it, and nothing else that the library could read: it takes a bucket from the `Host`
 * header as well. The body's own meaning was checked before.
 */
export function rewritten(
  request: FrontRequest,
  address: S3Address,
  source: S3Target | undefined,
): FrontRequest {
  const headers: FrontRequest["headers"] = { ...request.headers, host: "127.0.0.1" };
  if (source) headers["x-amz-copy-source"] = pathOf(source) + written(source.query);
  return { ...request, url: pathOf(address) + written(address.query), headers };
}

function written(query: Iterable<[string, string]>): string {
  const pairs = [...query].map((pair) => pair.map(encodeURIComponent).join("="));
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** To where the version lies, of which the library knows nothing. */
export function handedOn(
  read: FrontRequest,
  { query }: S3Address,
  place: ObjectPlace,
  source: ObjectPlace | undefined,
): FrontRequest {
  const own = [...query].filter(([name]) => name !== "versionId");
  const headers = source ? { ...read.headers, "x-amz-copy-source": pathOf(source) } : read.headers;
  return { ...read, url: pathOf(place) + written(own), headers };
}

/** `/bucket/key`, without its slash, or with all of its slashes escaped, as clients write it. */
export function readSource(header: string | string[] | undefined): S3Target | "unread" | undefined {
  if (header === undefined) return undefined;
  const text = String(header).replace(/^\//, "");
  const source = s3Target(`/${/^[^/?]*%2f/i.test(text) ? text.replace(/%2f/i, "/") : text}`);
  return source && isBucketName(source.bucket) && source.key !== "" ? source : "unread";
}

export function pathOf({ bucket, key }: { bucket: string; key: string }): string {
  return bucket === "" ? "/" : `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

export function sourceAddress({ bucket, key, query }: S3Target): S3Address {
  return { bucket, key, query: new Map(query) };
}
