/** What a program sends to the X-Ray daemon, read: one document a datagram, behind a line that says its format. */
import { parseObject } from "../../shared/json.ts";
import { isSegmentId, isTraceId } from "./trace-header.ts";

/** X-Ray takes no larger document. */
export const LARGEST_DOCUMENT = 65_536;

export interface SegmentDocument {
  /** `1-67bf0000-0123456789abcdef01234567` */
  trace: string;
  id: string;
  /** JSON text. */
  text: string;
}

/** A document, or why X-Ray would not take it. */
export type Read = { document: SegmentDocument } | { refused: string };

export function readDatagram(datagram: Buffer): Read {
  const end = datagram.indexOf("\n");
  if (end < 0) return { refused: "no line that says the format" };
  const header = parseObject(datagram.subarray(0, end));
  if (header?.format !== "json" || header.version !== 1)
    return { refused: 'another format than {"format":"json","version":1}' };
  return readDocument(datagram.subarray(end + 1));
}

export function readDocument(body: Buffer): Read {
  if (body.length > LARGEST_DOCUMENT) return { refused: "larger than 64 KB" };
  const text = body.toString();
  const value = parseObject(text);
  if (!value) return { refused: "no JSON object" };
  const { trace_id: trace, id, name, start_time: start, end_time: end, in_progress: goesOn } = value;
  if (typeof trace !== "string" || !isTraceId(trace)) return { refused: "no valid trace_id" };
  if (typeof id !== "string" || !isSegmentId(id)) return { refused: "no valid id" };
  if (typeof name !== "string" || name === "") return { refused: "no name" };
  if (typeof start !== "number") return { refused: "no start_time" };
  if (typeof end !== "number" && goesOn !== true) return { refused: "neither end_time nor in_progress" };
  return { document: { trace, id, text } };
}
