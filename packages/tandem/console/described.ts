/** What was recorded, as the page and other readers of the API get it: plain JSON, parsed, with secrets masked. */
import { readEntry } from "../local/log/entry.ts";
import type { LoggedError } from "../local/log/logged-error.ts";
import { isColdStart } from "./cloudwatch/measured.ts";
import {
  type Entry,
  type KeptCall,
  type KeptEvent,
  type KeptInvocation,
  type KeptRequest,
  LONGEST_BODY,
  type Recorder,
} from "./recorder.ts";
import type { Mask } from "./secrets.ts";

/** One row of the list. */
export interface Summary {
  id: number;
  kind: "request" | "event";
  time: number;
  milliseconds: number;
  /** Of an event: who calls. */
  method: string;
  /** Of an event: what it is about. */
  title: string;
  /** HTTP status; of an event 200 or 500. */
  status: number;
  function?: string;
  isCold: boolean;
  refusals: number;
  /** Why it failed, in one line. */
  reason?: string;
}

export interface Body {
  text: string;
  isBinary: boolean;
  /** Only its beginning was kept. */
  isCut: boolean;
}

export interface LogLine {
  kind: "start" | "end" | "report" | "line";
  level?: string;
  message: string;
  /** Of a line that is JSON: what it says besides. */
  fields?: Record<string, unknown>;
  /** `functions/orders/create.ts:12`, where it is told. */
  where?: string;
}

export interface Report {
  duration: number;
  billed: number;
  memorySize: number;
  memoryUsed: number;
  init?: number;
  status?: string;
}

export interface InvocationDescribed {
  requestId: string;
  function: string;
  time: number;
  milliseconds: number;
  status: string;
  event: string;
  payload?: string;
  error?: KeptInvocation["result"]["error"];
  lines: LogLine[];
  report?: Report;
}

export interface Detail extends Summary {
  trace?: string;
  /** Id of its trace, where X-Ray followed it. */
  followed?: string;
  request?: { method: string; target: string; stage?: string; headers: [string, string][]; body: Body };
  answer?: { status: number; headers: [string, string][]; body: Body };
  invocations: InvocationDescribed[];
  calls: KeptCall[];
  causedBy?: Summary;
  caused: Summary[];
}

export function summaryOf(entry: Entry, recorder: Recorder): Summary {
  return entry.kind === "request" ? requestSummary(entry, recorder) : eventSummary(entry, recorder);
}

export function detailOf(entry: Entry, recorder: Recorder, known: Mask): Detail {
  const mask =
    entry.kind === "request" ? known.withHeaders(pairs([...entry.headers, ...entry.answerHeaders])) : known;
  const trace = traceOf(entry);
  const calls = trace === undefined ? [] : recorder.callsOf(trace);
  const invocations = invocationsOf(entry, recorder);
  const detail: Detail = {
    ...summaryOf(entry, recorder),
    ...(trace === undefined ? {} : { trace }),
    ...followed(trace, recorder),
    invocations: invocations.map((invocation) => described(invocation, mask)),
    calls,
    caused: [...recorder.entries()].filter(setOffBy(entry, calls)).map((one) => summaryOf(one, recorder)),
  };
  const cause = causeOf(entry, recorder);
  if (cause) detail.causedBy = summaryOf(cause, recorder);
  if (entry.kind === "event") return detail;
  detail.request = {
    method: entry.method,
    target: mask.text(entry.target),
    ...(entry.stage === undefined ? {} : { stage: entry.stage }),
    headers: mask.headers(pairs(entry.headers)),
    body: bodyOf(entry.body, mask),
  };
  detail.answer = {
    status: entry.status,
    headers: mask.headers(pairs(entry.answerHeaders)),
    body: bodyOf(entry.answerBody, mask),
  };
  return detail;
}

export function described(invocation: KeptInvocation, mask: Mask): InvocationDescribed {
  const { requestId, functionName, time, milliseconds, event, result, lines } = invocation;
  const report = reportOf(lines.at(-1) ?? "");
  return {
    requestId,
    function: functionName,
    time,
    milliseconds,
    status: result.status,
    event: mask.text(event),
    ...(result.payload === undefined ? {} : { payload: mask.text(result.payload) }),
    ...(result.error
      ? { error: { ...result.error, errorMessage: mask.text(result.error.errorMessage) } }
      : {}),
    lines: lines.map((line) => lineOf(mask.text(line))),
    ...(report ? { report } : {}),
  };
}

function requestSummary(entry: KeptRequest, recorder: Recorder): Summary {
  const { id, time, milliseconds, method, target, status, functionName, invocationId, reason, trace } = entry;
  const invocation = invocationId === undefined ? undefined : recorder.invocationOf(invocationId);
  return {
    id,
    kind: "request",
    time,
    milliseconds,
    method,
    title: target,
    status,
    ...(functionName === undefined ? {} : { function: functionName }),
    isCold: invocation !== undefined && isColdStart(invocation.lines),
    refusals: trace === undefined ? 0 : recorder.refusalsOf(trace),
    ...(reason === undefined ? {} : { reason }),
  };
}

function eventSummary({ id, time, invocation }: KeptEvent, recorder: Recorder): Summary {
  const { milliseconds, functionName, caller, event, result, trace } = invocation;
  const { error } = result;
  return {
    id,
    kind: "event",
    time,
    milliseconds,
    method: caller,
    title: titleOf(caller, event),
    status: result.status === "ok" ? 200 : result.status === "throttled" ? 429 : 500,
    function: functionName,
    isCold: isColdStart(invocation.lines),
    refusals: recorder.refusalsOf(trace),
    ...(error ? { reason: `${error.errorType}: ${error.errorMessage.split("\n")[0]}` } : {}),
  };
}

/** What an event is about, as a person calls it. A person sends events of any shape, whatever a trigger would send. */
export function titleOf(caller: string, event: string): string {
  const parsed = parse(event);
  const bucket = at(parsed, "Records", 0, "s3", "bucket", "name");
  const key = at(parsed, "Records", 0, "s3", "object", "key");
  if (typeof bucket === "string" && typeof key === "string") return `${bucket}/${key}`;
  const records = at(parsed, "Records");
  // The last call of a tumbling window has none.
  const source = at(parsed, "Records", 0, "eventSourceARN") ?? at(parsed, "eventSourceARN");
  if (typeof source === "string" && Array.isArray(records)) {
    const [, table, stream] = /:table\/([^/]+)\/stream\/|:stream\/(.+)/.exec(source) ?? [];
    const name = table ?? stream ?? source.split(":").at(-1);
    if (records.length === 0) return `${name}: end of a window`;
    const record = table ? "change" : stream ? "record" : "message";
    return `${name}: ${records.length} ${record}${records.length === 1 ? "" : "s"}`;
  }
  if (caller === "state machine") return "a task";
  return caller === "schedule" ? "a schedule" : caller === "person" ? "called by a person" : caller;
}

/** What lies there; undefined where anything on the way is not what it would have to be. */
function at(value: unknown, ...way: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of way) {
    if (typeof found !== "object" || found === null) return undefined;
    found = (found as Record<string | number, unknown>)[step];
  }
  return found;
}

export function traceOf(entry: Entry): string | undefined {
  return entry.kind === "request" ? entry.trace : entry.invocation.trace;
}

function invocationsOf(entry: Entry, recorder: Recorder): KeptInvocation[] {
  if (entry.kind === "event") return [entry.invocation];
  const own = entry.invocationId === undefined ? undefined : recorder.invocationOf(entry.invocationId);
  return own ? [own] : [];
}

/** Whether a request or event set off another one: by its trace, by a message it sent, or by an object it put. */
function setOffBy(entry: Entry, calls: readonly KeptCall[]): (other: Entry) => boolean {
  const trace = traceOf(entry);
  const sent = calls.flatMap(({ messageIds = [] }) => messageIds);
  const put = calls.flatMap(({ decisions, operation }) =>
    /^(PutObject|CopyObject|CompleteMultipartUpload|DeleteObject)/.test(operation)
      ? decisions.map(({ resource }) => resource.replace(/^arn:[^:]+:s3:::/, ""))
      : [],
  );
  return (other) => {
    if (trace === undefined || other === entry || other.kind !== "event" || other.time < entry.time)
      return false;
    const { invocation } = other;
    if (invocation.trace === trace) return true;
    if (invocation.caller === "queue") return sent.some((id) => invocation.event.includes(id));
    if (invocation.caller === "bucket") return put.includes(formDecoded(titleOf("bucket", invocation.event)));
    return false;
  };
}

function followed(trace: string | undefined, recorder: Recorder): Pick<Detail, "followed"> {
  const id = trace?.slice("Root=".length);
  return id !== undefined && recorder.traces.has(id) ? { followed: id } : {};
}

/** Keys stand in events as a form writes them. */
function formDecoded(text: string): string {
  return new URLSearchParams(`key=${text.replaceAll("&", "%26")}`).get("key") ?? text;
}

function causeOf(entry: Entry, recorder: Recorder): Entry | undefined {
  if (entry.kind === "request") return undefined;
  for (const other of recorder.entries()) {
    const trace = traceOf(other);
    if (other === entry || trace === undefined || other.time > entry.time) continue;
    if (setOffBy(other, recorder.callsOf(trace))(entry)) return other;
  }
  return undefined;
}

const REPORT =
  /^REPORT RequestId: \S+\tDuration: ([\d.]+) ms\tBilled Duration: (\d+) ms\tMemory Size: (\d+) MB\tMax Memory Used: (\d+) MB(?:\tInit Duration: ([\d.]+) ms)?(?:\tStatus: (\w+))?/;

export function reportOf(line: string): Report | undefined {
  const [, duration, billed, memorySize, memoryUsed, init, status] = REPORT.exec(line) ?? [];
  if (duration === undefined) return undefined;
  return {
    duration: Number(duration),
    billed: Number(billed),
    memorySize: Number(memorySize),
    memoryUsed: Number(memoryUsed),
    ...(init === undefined ? {} : { init: Number(init) }),
    ...(status === undefined ? {} : { status }),
  };
}

/** Of a stack, or where a logger says it stands: the first file that is not Node's or a package's. */
const PLACE = /((?:[\w.@-]+\/)*[\w.@-]+\.[cm]?[jt]sx?:\d+)(?::\d+)?/g;

export function lineOf(line: string): LogLine {
  const entry = readEntry(line);
  // Lambda's own lines, and metrics, say all of themselves.
  if (entry.kind === "metrics") return { kind: "line", message: line };
  if (entry.kind !== "message") return { kind: entry.kind, message: line };
  const { level, message, fields, error } = entry;
  const where = placeIn(line);
  return {
    kind: "line",
    ...(level === undefined ? {} : { level }),
    message: error ? [message, stackOf(error)].filter(Boolean).join(" ") : message,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(where === undefined ? {} : { where }),
  };
}

function stackOf({ name, message, frames, cause }: LoggedError): string {
  const own = [`${name}: ${message}`, ...frames.map((frame) => `    ${frame}`)].join("\n");
  return cause ? `${own}\ncaused by ${stackOf(cause)}` : own;
}

function placeIn(line: string): string | undefined {
  for (const [, place = ""] of line.matchAll(PLACE)) {
    if (!/node_modules|^node:|^index\.js:/.test(place)) return place;
  }
  return undefined;
}

function bodyOf(body: Buffer | string, mask: Mask): Body {
  const isCut = body.length >= LONGEST_BODY;
  const text = typeof body === "string" ? body : textIn(body, isCut);
  return text === undefined
    ? { text: Buffer.from(body).toString("base64"), isBinary: true, isCut }
    : { text: mask.text(text), isBinary: false, isCut };
}

/** Undefined where it is no text. What was cut may end within a letter. */
function textIn(body: Buffer, isCut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body, { stream: isCut });
  } catch {
    return undefined; // bytes that no text has
  }
}

/** Of names and values in turn. */
export function pairs(list: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index < list.length; index += 2) found.push([list[index] ?? "", list[index + 1] ?? ""]);
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON, or only its beginning was kept
  }
}
