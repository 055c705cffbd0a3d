/** What an S3 request wants to do to which bucket or object, in IAM's words. */
import type { IncomingHttpHeaders } from "node:http";
import { childText, readXml } from "../read-xml.ts";
import type { Context } from "./conditions.ts";
import type { Call } from "./evaluate.ts";

export interface S3Request {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

/** Where a request points: `/bucket/key?query`. */
export interface S3Target {
  bucket: string;
  key: string;
  query: URLSearchParams;
}

/** Sub-resources of a bucket and of an object, and how IAM calls them after `Get`, `Put` or `Delete`. */
const bucketParts: Record<string, string> = {
  acl: "BucketAcl",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  location: "BucketLocation",
  logging: "BucketLogging",
  notification: "BucketNotification",
  policy: "BucketPolicy",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};
const objectParts: Record<string, string> = {
  acl: "ObjectAcl",
  attributes: "ObjectAttributes",
  "legal-hold": "ObjectLegalHold",
  retention: "ObjectRetention",
  tagging: "ObjectTagging",
};
const VERBS: Record<string, string> = { GET: "Get", HEAD: "Get", PUT: "Put", POST: "Put", DELETE: "Delete" };

/**
 * Undefined for a path that cannot be decoded, or one with `.` or `..` in it: on the way to an object these would be
 * resolved, and what was checked would not be what is read.
 */
export function s3Target(url: string): S3Target | undefined {
  const [path = "", query = ""] = url.split(/\?(.*)/s, 2);
  try {
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    if (segments.some((segment) => segment === "." || segment === "..")) return undefined;
    const [bucket = "", ...key] = segments;
    return { bucket, key: key.join("/"), query: new URLSearchParams(query) };
  } catch {
    return undefined; // a stray percent sign
  }
}

/** Undefined for a request whose permissions cannot be told. */
export function s3Calls(request: S3Request): Call[] | undefined {
  const target = s3Target(request.url);
  if (!target || !(request.method in VERBS)) return undefined;
  if (target.bucket === "") return [{ action: "s3:ListAllMyBuckets", resource: "*", context: {} }];
  return target.key === "" ? bucketCalls(request, target) : objectCalls(request, target);
}

const OWNERSHIP = "s3:PutBucketOwnershipControls";

function bucketCalls({ method, body, headers }: S3Request, { bucket, query }: S3Target): Call[] {
  const resource = `arn:aws:s3:::${bucket}`;
  if (method === "POST" && query.has("delete"))
    return (readDeletions(body)?.listed ?? []).map((deleted) => objectDeletion(bucket, deleted));
  // A form upload names its key in the form; any object of the bucket is what it may become.
  if (method === "POST") return [{ action: "s3:PutObject", resource: `${resource}/*`, context: {} }];
  const part = partOf(bucketParts, query);
  if (part) return [{ action: `s3:${VERBS[method]}${part}`, resource, context: {} }];
  if (method === "PUT") {
    const actions = [
      "s3:CreateBucket",
      ...(headers["x-amz-object-ownership"] === undefined ? [] : [OWNERSHIP]),
    ];
    return actions.map((action) => ({ action, resource, context: {} }));
  }
  if (method === "DELETE") return [{ action: "s3:DeleteBucket", resource, context: {} }];
  return [{ action: listing(query), resource, context: listingContext(query) }];
}

export function objectDeletion(bucket: string, { key, versionId }: DeletedObject): Call {
  const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  return { action, resource: `arn:aws:s3:::${bucket}/${key}`, context: versionContext(versionId) };
}

function versionContext(versionId: string | null | undefined): Context {
  return { "s3:VersionId": [versionId ?? []].flat() };
}

function listing(query: URLSearchParams): string {
  if (query.has("uploads")) return "s3:ListBucketMultipartUploads";
  return query.has("versions") ? "s3:ListBucketVersions" : "s3:ListBucket";
}

function listingContext(query: URLSearchParams): Context {
  const known = (name: string) => [query.get(name) ?? []].flat();
  return {
    "s3:prefix": known("prefix"),
    "s3:delimiter": known("delimiter"),
    "s3:max-keys": known("max-keys"),
  };
}

function objectCalls({ method, headers }: S3Request, { bucket, key, query }: S3Target): Call[] {
  const resource = `arn:aws:s3:::${bucket}/${key}`;
  const call = (action: string, context: Context = {}): Call => ({ action, resource, context });
  const part = partOf(objectParts, query);
  const version = query.has("versionId") ? "Version" : "";
  const ofVersion = versionContext(query.get("versionId"));
  if (part === objectParts.attributes)
    return [`s3:GetObject${version}`, `s3:GetObject${version}Attributes`].map((action) =>
      call(action, ofVersion),
    );
  if (part)
    return [
      call(`s3:${VERBS[method]}${part.replace(/^Object(?=Acl|Tagging)/, `Object${version}`)}`, ofVersion),
    ];
  if (method === "GET" && query.has("uploadId")) return [call("s3:ListMultipartUploadParts")];
  if (method === "DELETE") {
    if (query.has("uploadId")) return [call("s3:AbortMultipartUpload")];
    return [`s3:DeleteObject${version}`, ...conditional(headers)].map((action) =>
      call(action, { ...conditionsContext(headers), ...ofVersion }),
    );
  }
  if (method === "GET" || method === "HEAD") return [call(`s3:GetObject${version}`, ofVersion)];
  // A part says nothing of what the object will have.
  if (query.has("uploadId") && method === "POST")
    return ["s3:PutObject", ...conditional(headers)].map((action) =>
      call(action, conditionsContext(headers)),
    );
  if (query.has("uploadId")) return [...copySource(headers), call("s3:PutObject")];
  const context = writingContext(headers);
  const more = Object.entries(WRITES_TOO).flatMap(([name, action]) =>
    headers[name] === undefined ? [] : action,
  );
  const actions = new Set(["s3:PutObject", ...more, ...conditional(headers)]);
  return [...copySource(headers), ...[...actions].map((action) => call(action, context))];
}

/** Headers by which a new object is given more than its content, and the permission for it. */
const WRITES_TOO: Record<string, string> = {
  "x-amz-acl": "s3:PutObjectAcl",
  "x-amz-tagging": "s3:PutObjectTagging",
  "x-amz-object-lock-mode": "s3:PutObjectRetention",
  "x-amz-object-lock-retain-until-date": "s3:PutObjectRetention",
  "x-amz-object-lock-legal-hold": "s3:PutObjectLegalHold",
};

/** Headers that are condition keys as well, e.g. `s3:x-amz-acl`. */
const CONDITION_KEYS = [
  "acl",
  "copy-source",
  "metadata-directive",
  "server-side-encryption",
  "storage-class",
];

function writingContext(headers: IncomingHttpHeaders): Context {
  const named = CONDITION_KEYS.map((name) => [`s3:x-amz-${name}`, [headers[`x-amz-${name}`] ?? []].flat()]);
  return { ...Object.fromEntries(named), ...conditionsContext(headers) };
}

/** Whoever writes only over a certain content is told whether it is there. */
function conditional(headers: IncomingHttpHeaders): string[] {
  return headers["if-match"] === undefined ? [] : ["s3:GetObject"];
}

function conditionsContext(headers: IncomingHttpHeaders): Context {
  return {
    "s3:if-match": [headers["if-match"] ?? []].flat(),
    "s3:if-none-match": [headers["if-none-match"] ?? []].flat(),
  };
}

/** To copy an object is also to read the one it is copied from. */
function copySource(headers: IncomingHttpHeaders): Call[] {
  const source = headers["x-amz-copy-source"];
  if (typeof source !== "string") return [];
  const [name = "", query = ""] = source.split("?", 2);
  const path = decodeURIComponent(name).replace(/^\//, "");
  const versionId = new URLSearchParams(query).get("versionId");
  const action = versionId === null ? "s3:GetObject" : "s3:GetObjectVersion";
  return [{ action, resource: `arn:aws:s3:::${path}`, context: versionContext(versionId) }];
}

/** One of a list to delete. */
export interface DeletedObject {
  key: string;
  versionId?: string;
}

/** What DeleteObjects is sent. */
export interface Deletions {
  listed: DeletedObject[];
  /** Only failures are told of. */
  isQuiet: boolean;
}

/** Undefined for a list that is none. */
export function readDeletions(body: Uint8Array): Deletions | undefined {
  const root = readXml(Buffer.from(body).toString());
  if (root?.name !== "Delete") return undefined;
  const objects = root.children.filter(({ name }) => name === "Object");
  const isKnown = root.children.every(({ name }) => name === "Object" || name === "Quiet");
  const listed = objects.flatMap((one) => {
    const [key, versionId] = [childText(one, "Key"), childText(one, "VersionId")];
    return key ? [{ key, ...(versionId ? { versionId } : {}) }] : [];
  });
  const isQuiet = childText(root, "Quiet")?.trim().toLowerCase() === "true";
  return isKnown && listed.length === objects.length ? { listed, isQuiet } : undefined;
}

function partOf(parts: Record<string, string>, query: URLSearchParams): string | undefined {
  return Object.entries(parts).find(([name]) => query.has(name))?.[1];
}
