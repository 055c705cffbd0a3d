/** Ranges and parts of an object that are read or copied, where the library answers otherwise than S3. */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { failureWith, invalidArgument } from "./failures.ts";
import type { StoredObject } from "./library-types.ts";
import type { S3Address } from "./s3-operations.ts";
import { COPIED_RANGE } from "./s3-values.ts";

/** S3 passes over a range that is none, one that ends before it begins, and more than one; the last bytes may be more than there are. */
export function withRange(request: FrontRequest, stored: StoredObject | undefined): FrontRequest {
  const { range, ...headers } = request.headers;
  if (range === undefined || !stored) return request;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const isNone = first === "" ? last === "" : last !== "" && Number(last) < Number(first);
  if (isNone) return { ...request, headers };
  const isAll = first === "" && Number(last) > stored.contentLength && stored.contentLength > 0;
  return isAll ? { ...request, headers: { ...headers, range: "bytes=0-" } } : request;
}

/** An object that came in one piece has one part. */
export function missingPart({ query }: S3Address, stored: StoredObject | undefined): Answer | undefined {
  const value = query.get("partNumber");
  if (value === undefined || !stored || partOf(stored, Number(value))) return undefined;
  return failureWith("InvalidPartNumber", "The requested partnumber is not satisfiable", 416, {
    ActualPartCount: String(stored.parts?.length ?? 1),
    PartNumberRequested: value,
  });
}

function partOf({ parts, contentLength }: StoredObject, wanted: number) {
  const all = parts ?? [{ partNumber: 1, offset: 0, length: contentLength }];
  return all.find(({ partNumber }) => partNumber === wanted);
}

/** What the library answers to a GetObject, with what S3 says of the range or the part. */
export function withRangeReported(
  answer: Answer,
  { query }: S3Address,
  { range }: IncomingHttpHeaders,
  stored: StoredObject | undefined,
): Answer {
  if (!stored) return answer;
  if (answer.status === 416 && range !== undefined) {
    const message = "The requested range is not satisfiable";
    const reported = { RangeRequested: range, ActualObjectSize: String(stored.contentLength) };
    const { headers, ...failure } = failureWith("InvalidRange", message, 416, reported);
    return { ...failure, headers: { ...answer.headers, ...headers } };
  }
  const part = answer.status < 300 ? partOf(stored, Number(query.get("partNumber"))) : undefined;
  // Of nothing there is no first byte.
  if (!part || part.length === 0) return answer;
  const { offset, length } = part;
  const bytes = `bytes ${offset}-${offset + length - 1}/${stored.contentLength}`;
  return { ...answer, status: 206, headers: { ...answer.headers, "content-range": bytes } };
}

/** A range that is copied lies within its source. Its form was looked at: see `s3-values.ts`. */
export function copiedBeyond(
  headers: IncomingHttpHeaders,
  source: StoredObject | undefined,
): Answer | undefined {
  const range = headers[COPIED_RANGE];
  if (range === undefined || !source) return undefined;
  const size = source.contentLength;
  const [first = 0, last = 0] = String(range).replace("bytes=", "").split("-").map(Number);
  if (first >= size) {
    const message = "The specified copy range is invalid for the source object size";
    return failureWith("InvalidRequest", message, 400, {});
  }
  const message = `Range specified is not valid for source object of size: ${size}`;
  return last >= size ? invalidArgument(COPIED_RANGE, String(range), message) : undefined;
}
