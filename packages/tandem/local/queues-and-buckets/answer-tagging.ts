/** Answers what is about the tags of objects, and what a write says of them. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import type { S3Target } from "../iam/actions-s3.ts";
import type { Call } from "../iam/evaluate.ts";
import { versionOf } from "./events.ts";
import { s3Failure } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import type { AnswerOptions } from "./judge.ts";
import type { ObjectPlace } from "./kept-versions.ts";
import { bareEtag } from "./s3-documents.ts";
import type { S3Address } from "./s3-operations.ts";
import { type Tags, tagsAnswer, tagsOfBody, tagsOfHeader } from "./tagging.ts";

export const TAGGING = new Set(["GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging"]);

/** Of one of `TAGGING`, allowed already. */
export function answerTagging(
  { library, onObject }: AnswerOptions,
  operation: string,
  { bucket, key, query }: S3Address,
  place: ObjectPlace,
  body: Buffer,
  region: string,
): Answer {
  const stored = library.object(place.bucket, place.key);
  if (!library.hasBucket(bucket))
    return { ...s3Failure("NoSuchBucket", "The specified bucket does not exist"), status: 404 };
  if (!stored) return { ...s3Failure("NoSuchKey", "The specified key does not exist."), status: 404 };
  if (operation === "GetObjectTagging") return tagsAnswer(library.tags.of(place.bucket, place.key));
  const isPut = operation === "PutObjectTagging";
  const read = isPut ? tagsOfBody(body.toString()) : { tags: [] };
  if ("failure" in read) return read.failure;
  library.tags.set(place.bucket, place.key, read.tags);
  const name = isPut ? "ObjectTagging:Put" : "ObjectTagging:Delete";
  const versionId = query.get("versionId");
  const version = versionId === undefined ? versionOf(bucket, key, library) : { versionId };
  onObject({ name, bucket, key, etag: bareEtag(stored.etag), ...version, region });
  return { status: isPut ? 200 : 204, headers: {}, body: "" };
}

/** Tags that an object will have once it is written; a failure where S3 takes none of them. */
export function tagsOfWrite(
  operation: string,
  { headers }: FrontRequest,
  source: ObjectPlace | undefined,
  library: Library,
): { tags: Tags } | { failure: Answer } {
  const isCopied = operation === "CopyObject" && headers["x-amz-tagging-directive"] !== "REPLACE";
  if (isCopied) return { tags: source ? library.tags.of(source.bucket, source.key) : [] };
  const header = headers["x-amz-tagging"];
  return header === undefined ? { tags: [] } : tagsOfHeader(String(header));
}

/** To copy tags is to read and to write them. */
export function copiedTagsCalls(
  { headers }: FrontRequest,
  source: S3Target | undefined,
  { bucket, key }: S3Address,
  library: Library,
): Call[] {
  if (!source || headers["x-amz-tagging-directive"] === "REPLACE") return [];
  const versionId = source.query.get("versionId");
  const place = versionId === null ? source : library.versions.place(source.bucket, source.key, versionId);
  if (!place || library.tags.of(place.bucket, place.key).length === 0) return [];
  const call = (action: string, of: ObjectPlace): Call => ({
    action,
    resource: `arn:aws:s3:::${of.bucket}/${of.key}`,
    context: {},
  });
  const reading = versionId === null ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging";
  return [call(reading, source), call("s3:PutObjectTagging", { bucket, key })];
}
