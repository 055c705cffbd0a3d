/** X-Ray's trace header: `Root=1-…;Parent=…;Sampled=1`, what a request and all that it causes have in common. */
import { randomBytes } from "../random-bytes.ts";

export interface TraceHeader {
  /** `1-67bf0000-0123456789abcdef01234567`; undefined where the header names none that X-Ray would take. */
  root?: string;
  /** Segment or subsegment that called. */
  parent?: string;
  /** Undefined where nobody has decided yet. */
  sampled?: boolean;
}

const ROOT = /^1-[\da-f]{8}-[\da-f]{24}$/i;
const ROOT_ALONE = "Root=1-67bf0000-0123456789abcdef01234567".length;
const SEGMENT = /^[\da-f]{16}$/i;

export function readTraceHeader(text: string): TraceHeader {
  // What the gateway gives to each request that brings none.
  if (text.length === ROOT_ALONE && text.startsWith("Root=")) {
    const root = text.slice("Root=".length);
    if (ROOT.test(root)) return { root };
  }
  const header: TraceHeader = {};
  for (const part of text.split(";")) {
    const [name, value = ""] = part.trim().split("=", 2);
    if (name === "Root" && ROOT.test(value)) header.root = value;
    else if (name === "Parent" && SEGMENT.test(value)) header.parent = value;
    else if (name === "Sampled" && (value === "0" || value === "1")) header.sampled = value === "1";
  }
  return header;
}

export function isTraceId(text: string): boolean {
  return ROOT.test(text);
}

export function isSegmentId(text: string): boolean {
  return SEGMENT.test(text);
}

export function newSegmentId(): string {
  return randomBytes(8).toString("hex");
}

/** `Root=…` of a trace header; callers may put other fields before it. */
export function rootOf(traceHeader: string): string {
  const begin = traceHeader.startsWith("Root=") ? 0 : traceHeader.indexOf(";Root=") + 1;
  const end = traceHeader.indexOf(";", begin);
  return traceHeader.slice(begin, end < 0 ? undefined : end);
}
