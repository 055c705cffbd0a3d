/**
 * Which operation of S3 a request is, and whether the library implements it with all that the request asks for. The library
 * looks at few parameters and headers and takes what it does not know for the plain operation: it would put tags in the place of their
 * object. So only what stands here is handed on (docs/decisions/085-known-operations.md).
 */
import type { IncomingHttpHeaders } from "node:http";
import { operationNamed } from "./s3-names.ts";

/** An address, read once: what is judged and what is handed on are made of the same. */
export interface S3Address {
  bucket: string;
  /** Empty for the bucket itself. */
  key: string;
  query: ReadonlyMap<string, string>;
}

interface Operation {
  name: string;
  method: string;
  of: "account" | "bucket" | "object";
  /** Parameters by which it is recognised: all there, and no other operation's. */
  marks?: readonly string[];
  /** Recognised by this header; other operations of the same form do not have it. */
  header?: string;
  /** Parameters that it may have. */
  query?: readonly string[];
  /** Headers that it may have, of those that S3 gives a meaning (`isMeaningful`); a pattern tells the values that change nothing here. */
  headers?: Record<string, RegExp>;
}

const ANY = /^/;
const METADATA = { "x-amz-meta-*": ANY };
const CHECKSUMS = {
  "x-amz-checksum-*": ANY,
  "x-amz-sdk-checksum-algorithm": ANY,
  "x-amz-trailer": ANY,
  "x-amz-decoded-content-length": ANY,
};
/** Nobody who reads the object sees a difference. */
const STORED = {
  "x-amz-acl": /^(private|bucket-owner-full-control|bucket-owner-read)$/,
  "x-amz-server-side-encryption": ANY,
  "x-amz-server-side-encryption-aws-kms-key-id": ANY,
  "x-amz-server-side-encryption-bucket-key-enabled": ANY,
  "x-amz-server-side-encryption-context": ANY,
  "x-amz-storage-class": /^(STANDARD|STANDARD_IA|ONEZONE_IA|INTELLIGENT_TIERING|REDUCED_REDUNDANCY)$/,
};
/** Conditions of a write: answered here, for the library knows none (`preconditions.ts`). */
const CONDITIONS = { "if-match": ANY, "if-none-match": /^\*$/ };
const TAGGED = { "x-amz-tagging": ANY };
/** The condition is answered here, too. */
const COPIED = { "x-amz-copy-source": ANY, "x-amz-copy-source-if-match": ANY };
const READ = { "x-amz-checksum-mode": ANY };
/** Parameters of GetObject that say which headers the answer has: see `overrides`. */
const OVERRIDE =
  /^response-(content-type|content-language|expires|cache-control|content-disposition|content-encoding)$/;
/** One of those that a bucket keeps: see `answer-versions.ts`. */
const OF_VERSION = ["versionId"];
const LISTING = ["prefix", "delimiter", "max-keys", "encoding-type"];

const SERVED: readonly Operation[] = [
  { name: "ListBuckets", method: "GET", of: "account" },
  {
    name: "CreateBucket",
    method: "PUT",
    of: "bucket",
    headers: { "x-amz-acl": /^private$/, "x-amz-object-ownership": ANY },
  },
  { name: "HeadBucket", method: "HEAD", of: "bucket" },
  { name: "DeleteBucket", method: "DELETE", of: "bucket" },
  { name: "ListObjects", method: "GET", of: "bucket", query: [...LISTING, "marker"] },
  {
    name: "ListObjectsV2",
    method: "GET",
    of: "bucket",
    marks: ["list-type"],
    query: [...LISTING, "start-after", "continuation-token"],
  },
  { name: "GetBucketVersioning", method: "GET", of: "bucket", marks: ["versioning"] },
  {
    name: "ListObjectVersions",
    method: "GET",
    of: "bucket",
    marks: ["versions"],
    query: [...LISTING, "key-marker", "version-id-marker"],
  },
  { name: "DeleteObjects", method: "POST", of: "bucket", marks: ["delete"], headers: CHECKSUMS },
  { name: "GetObjectTagging", method: "GET", of: "object", marks: ["tagging"], query: OF_VERSION },
  {
    name: "PutObjectTagging",
    method: "PUT",
    of: "object",
    marks: ["tagging"],
    query: OF_VERSION,
    headers: CHECKSUMS,
  },
  { name: "DeleteObjectTagging", method: "DELETE", of: "object", marks: ["tagging"], query: OF_VERSION },
  {
    name: "PutObject",
    method: "PUT",
    of: "object",
    headers: { ...TAGGED, ...METADATA, ...CHECKSUMS, ...STORED, ...CONDITIONS },
  },
  {
    name: "CopyObject",
    method: "PUT",
    of: "object",
    header: "x-amz-copy-source",
    headers: {
      ...METADATA,
      ...CHECKSUMS,
      ...STORED,
      ...COPIED,
      ...CONDITIONS,
      "x-amz-metadata-directive": ANY,
      ...TAGGED,
      "x-amz-tagging-directive": ANY,
    },
  },
  {
    name: "GetObject",
    method: "GET",
    of: "object",
    query: ["partNumber", ...OF_VERSION],
    headers: {
      ...READ,
      range: ANY,
      "if-match": ANY,
      "if-none-match": ANY,
      "if-modified-since": ANY,
      "if-unmodified-since": ANY,
    },
  },
  { name: "HeadObject", method: "HEAD", of: "object", query: OF_VERSION, headers: READ },
  {
    name: "DeleteObject",
    method: "DELETE",
    of: "object",
    query: OF_VERSION,
    headers: { "if-match": ANY },
  },
  {
    name: "GetObjectAttributes",
    method: "GET",
    of: "object",
    marks: ["attributes"],
    query: OF_VERSION,
    headers: { "x-amz-object-attributes": ANY, "x-amz-max-parts": ANY, "x-amz-part-number-marker": ANY },
  },
  {
    name: "CreateMultipartUpload",
    method: "POST",
    of: "object",
    marks: ["uploads"],
    headers: { ...METADATA, ...CHECKSUMS, ...STORED },
  },
  { name: "UploadPart", method: "PUT", of: "object", marks: ["uploadId", "partNumber"], headers: CHECKSUMS },
  {
    name: "UploadPartCopy",
    method: "PUT",
    of: "object",
    marks: ["uploadId", "partNumber"],
    header: "x-amz-copy-source",
    headers: { ...COPIED, "x-amz-copy-source-range": ANY },
  },
  {
    name: "CompleteMultipartUpload",
    method: "POST",
    of: "object",
    marks: ["uploadId"],
    headers: { ...CHECKSUMS, ...CONDITIONS },
  },
  { name: "AbortMultipartUpload", method: "DELETE", of: "object", marks: ["uploadId"] },
];

export type Reading = { operation: string } | { refused: string };

/** The operation, or why it is not served: a sentence that names it. */
export function readOperation(method: string, address: S3Address, headers: IncomingHttpHeaders): Reading {
  const { query } = address;
  const of = address.bucket === "" ? "account" : address.key === "" ? "bucket" : "object";
  const own = [...query.keys()].filter((name) => !isOfClient(name));
  const served = SERVED.filter((one) => one.method === method && one.of === of)
    .filter(({ header }) => header === undefined || headers[header] !== undefined)
    .filter(({ marks = [] }) => marks.every((name) => own.includes(name)))
    .toSorted((a, b) => weight(b) - weight(a))[0];
  const extra = served ? own.filter((name) => !takes(served, name)) : own;
  if (!served || extra.length > 0) {
    const name = operationNamed(method, of, own) ?? served?.name;
    const what =
      name ?? `${method} of ${of === "object" ? "an object" : of === "bucket" ? "a bucket" : "all buckets"}`;
    const why = name !== served?.name || extra.length === 0 ? "" : ` with parameter ${extra.join(", ")}`;
    return { refused: `${what}${why} is not there in the local S3` };
  }
  const ignored = Object.entries(headers).find(
    ([name, value]) => isMeaningful(name) && !honours(served, name, String(value)),
  );
  return ignored
    ? {
        refused: `${served.name} with header ${ignored[0]}: ${String(ignored[1])} is not there in the local S3`,
      }
    : { operation: served.name };
}

/** The one with more to be recognised by is meant. */
const weight = ({ marks = [], header }: Operation): number => marks.length + (header === undefined ? 0 : 1);

const takes = ({ name, marks = [], query = [] }: Operation, parameter: string): boolean =>
  marks.includes(parameter) ||
  query.includes(parameter) ||
  (name === "GetObject" && OVERRIDE.test(parameter));

/** Parameters that clients add to any operation: its name, and the fields of a presigned URL. */
const OF_CLIENT =
  /^(x-id|x-amz-(algorithm|credential|date|expires|signedheaders|signature|security-token|content-sha256|user-agent))$/i;
/** Of the body that a presigned URL was made with, which had none yet: S3 takes another one, so they say nothing. */
const OF_NO_BODY = /^x-amz-(checksum-.+|sdk-checksum-algorithm)$/i;

const isOfClient = (name: string): boolean => OF_CLIENT.test(name) || OF_NO_BODY.test(name);

/** Presigned URLs carry headers as parameters (`x-amz-acl`, `x-amz-meta-…`), which S3 reads as it reads the headers. */
export function withHeadersOfQuery<T extends { headers: IncomingHttpHeaders }>(
  request: T,
  address: S3Address,
): { request: T; address: S3Address } {
  const isHeader = (name: string) => /^x-amz-/i.test(name) && !isOfClient(name);
  const carried = [...address.query].filter(([name]) => isHeader(name));
  const query = new Map([...address.query].filter(([name]) => !isHeader(name)));
  const headers = Object.fromEntries(carried.map(([name, value]) => [name.toLowerCase(), value]));
  return {
    request: { ...request, headers: { ...headers, ...request.headers } },
    address: { ...address, query },
  };
}

/** Of the transport, the signature and the client itself: they say nothing about the object. */
const TRANSPORT = /^x-amz-(date|content-sha256|security-token|user-agent|id-2|request-payer)$/;

const isMeaningful = (name: string): boolean =>
  (/^(x-amz-|if-)/.test(name) && !TRANSPORT.test(name)) || name === "range" || name === "expires";

function honours({ headers = {} }: Operation, name: string, value: string): boolean {
  const entry = Object.entries(headers).find(([known]) =>
    known.endsWith("*") ? name.startsWith(known.slice(0, -1)) : known === name,
  );
  return entry?.[1].test(value) === true;
}

/** Headers that the reader of an object asked for in the address, as presigned downloads do. */
export function overrides({ query }: S3Address): Record<string, string> {
  const asked = [...query].flatMap(([name, value]) => {
    const header = OVERRIDE.exec(name)?.[1];
    return header === undefined ? [] : [[header, value]];
  });
  return Object.fromEntries(asked);
}
