/** What an invocation is told of its trace, and which segments Lambda makes of it. */
import { newSegmentId, readTraceHeader, type TraceHeader } from "./trace-header.ts";

/** Ids of the segments of one attempt, where its trace is sampled. */
export interface LambdaSegments {
  /** `1-67bf0000-0123456789abcdef01234567` */
  trace: string;
  /** Segment of whoever called, in the same trace. */
  parent?: string;
  /** Of Lambda, the same for every attempt at an event. */
  service: string;
  /** Of the function. */
  function: string;
  /** Subsegment below which the function puts its own. */
  invocation: string;
}

export interface TracedRun {
  /** Value of `_X_AMZN_TRACE_ID`. */
  header: string;
  segments?: LambdaSegments;
}

/** Of an event, before its first attempt: the decision holds for all of them. */
export interface TraceOfEvent extends TraceHeader {
  root: string;
  sampled: boolean;
  /** As it came, where it says all that a function is to know. */
  header?: string;
}

/**
 * @param header of the caller
 * @param decide asked where the caller has not decided
 */
export function traceOfEvent(
  header: string | undefined,
  requestId: string,
  decide: () => boolean,
): TraceOfEvent {
  const given = header === undefined ? {} : readTraceHeader(header);
  const root = given.root ?? newRoot(requestId);
  const sampled = given.sampled ?? decide();
  const isWhole = given.root !== undefined && given.parent !== undefined && given.sampled !== undefined;
  return { ...given, root, sampled, ...(isWhole && header !== undefined ? { header } : {}) };
}

export function tracedRun({ root, parent, sampled, header }: TraceOfEvent, requestId: string): TracedRun {
  const service = segmentOf(requestId);
  if (!sampled) return { header: header ?? `Root=${root};Parent=${service};Sampled=0` };
  const segments: LambdaSegments = {
    trace: root,
    ...(parent === undefined ? {} : { parent }),
    service,
    function: newSegmentId(),
    invocation: newSegmentId(),
  };
  return { header: `Root=${root};Parent=${segments.invocation};Sampled=1`, segments };
}

/** As random as the request's id, and so found from it: the second half of its digits. */
function segmentOf(requestId: string): string {
  const isUuid = requestId.length === 36 && requestId[18] === "-" && requestId[23] === "-";
  return isUuid ? requestId.slice(19, 23) + requestId.slice(24) : requestId.replaceAll("-", "").slice(16);
}

function newRoot(requestId: string): string {
  const seconds = Math.floor(Date.now() / 1_000)
    .toString(16)
    .padStart(8, "0");
  return `1-${seconds}-${requestId.replaceAll("-", "").slice(0, 24)}`;
}
