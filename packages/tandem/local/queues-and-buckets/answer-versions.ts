/** What S3 answers of the versions of an object: which one a request means, and what is told of it. */
import type { Answer } from "../emulators/front.ts";
import { failureWith, invalidArgument } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import { isVersionId, NULL_VERSION, type ObjectPlace, type ObjectVersion } from "./kept-versions.ts";
import { documentOf, field } from "./s3-documents.ts";
import type { S3Address } from "./s3-operations.ts";

export const NO_VERSION = "The specified version does not exist.";
const DELETED: Record<string, string> = { "x-amz-delete-marker": "true" };
/** They ask about what lies there, so a delete marker is no answer. */
const OF_CONTENT = new Set(["GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"]);

/** Where that lies which a request asks for, by a version or not; a failure where there is nothing to be had. */
export function placeOf(
  operation: string,
  method: string,
  address: S3Address,
  library: Library,
): ObjectPlace | { failure: Answer } {
  const { bucket, key } = address;
  const asked = address.query.get("versionId");
  if (!library.hasBucket(bucket)) return { bucket, key };
  const { versions } = library;
  if (asked === undefined) {
    const newest = OF_CONTENT.has(operation) ? newestOf(library, address) : undefined;
    return newest?.isMarker ? { failure: notAllowed(method, newest) } : { bucket, key };
  }
  if (!isVersionId(asked) || (asked !== NULL_VERSION && versions.status(bucket) === undefined))
    return { failure: noVersionId(asked) };
  const place = versions.place(bucket, key, asked);
  if (place) return place;
  const marker = versions.of(bucket, key).find(({ versionId }) => versionId === asked);
  return { failure: marker ? notAllowed(method, marker) : noVersion(key, asked) };
}

function notAllowed(method: string, { versionId, lastModified }: ObjectVersion): Answer {
  const message = "The specified method is not allowed against this resource.";
  const { headers, ...failure } = failureWith("MethodNotAllowed", message, 405, {
    Method: method,
    ResourceType: "DeleteMarker",
  });
  const reported = { allow: "DELETE", "last-modified": lastModified.toUTCString() };
  return { ...failure, headers: { ...headers, ...DELETED, "x-amz-version-id": versionId, ...reported } };
}

function noVersion(key: string, versionId: string): Answer {
  return failureWith("NoSuchVersion", NO_VERSION, 404, { Key: key, VersionId: versionId });
}

function noVersionId(versionId: string): Answer {
  return invalidArgument("versionId", versionId, "Invalid version id specified");
}

function newestOf(library: Library, { bucket, key }: ObjectPlace): ObjectVersion | undefined {
  return library.versions.status(bucket) === undefined ? undefined : library.versions.newest(bucket, key);
}

/** In the answer to what reads an object, or finds none. */
export function readHeaders(library: Library, address: S3Address, status: number): Record<string, string> {
  const newest = newestOf(library, address);
  const versionId = address.query.get("versionId") ?? newest?.versionId;
  if (!newest || versionId === undefined) return {};
  if (status < 400) return { "x-amz-version-id": versionId };
  return newest.isMarker && status === 404 ? { ...DELETED, "x-amz-version-id": newest.versionId } : {};
}

/** In the answer to what writes an object or deletes it, once that is done. Its version is `null` while no versions are kept. */
export function writtenHeaders(
  operation: string,
  library: Library,
  place: ObjectPlace,
): Record<string, string> {
  const newest = newestOf(library, place);
  if (!newest) return {};
  const isReported = newest.versionId !== NULL_VERSION || newest.isMarker || operation === "CopyObject";
  return {
    ...(isReported ? { "x-amz-version-id": newest.versionId } : {}),
    ...(newest.isMarker ? DELETED : {}),
  };
}

/** Of the object that is copied, before it is written over. */
export function copiedHeaders(
  library: Library,
  source: ObjectPlace,
  asked: string | null,
): Record<string, string> {
  const versionId = asked ?? newestOf(library, source)?.versionId;
  return versionId === undefined || versionId === NULL_VERSION
    ? {}
    : { "x-amz-copy-source-version-id": versionId };
}

/** The version is gone for good; one that is not there is no failure. */
export function answerDeletion(
  library: Library,
  { bucket, key }: ObjectPlace,
  versionId: string,
): { answer: Answer; removed: ObjectVersion | undefined } {
  const isOne = isVersionId(versionId);
  if (!isOne || (versionId !== NULL_VERSION && library.versions.status(bucket) === undefined))
    return { answer: noVersionId(versionId), removed: undefined };
  const removed = library.versions.remove(bucket, key, versionId);
  const headers = { "x-amz-version-id": versionId, ...(removed?.isMarker ? DELETED : {}) };
  return { answer: { status: 204, headers, body: "" }, removed };
}

export function answerVersioning(library: Library, bucket: string): Answer {
  const status = library.versions.status(bucket);
  return documentOf("VersioningConfiguration", status === undefined ? "" : field("Status", status));
}
