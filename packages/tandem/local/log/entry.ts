/** One line of a function's log, read: Lambda's own lines, its text and JSON formats, and what loggers write as JSON. */
import { isObject, parseObject } from "../../shared/json.ts";
import { type LoggedError, loggedError } from "./logged-error.ts";

export const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type Level = (typeof LEVELS)[number];

export type Entry = { requestId?: string } & (
  | { kind: "start" | "end" | "metrics" }
  | { kind: "report"; milliseconds: string; coldStart?: string; failure?: string }
  | {
      kind: "message";
      /** ISO 8601; undefined where the line says none. */
      time?: string;
      level?: Level;
      message: string;
      /** Those that are not the same in every line of a function. */
      fields: Record<string, unknown>;
      error?: LoggedError;
    }
);

const START_OR_END = /^(START|END) RequestId: (\S+)/;
const REPORT = /^REPORT RequestId: (\S+)\tDuration: (\S+ ms)/;
/** Lambda's text format: time, request, level, message. */
const TEXT = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)\t(\S+)\t([A-Z]+)\t(.*)$/s;
/** That of its Python runtime, and the head of an error that nobody caught there. */
const TEXT_OF_PYTHON = /^\[([A-Z]+)\](?:\t(\d{4}-\d\d-\d\dT[\d:.]+Z)\t(\S*)\t| )(.*)$/s;
/** What Lambda and the known loggers say in every line, or what its own column shows. */
const ENVELOPE = new Set([
  ...["timestamp", "time", "level", "message", "msg", "error", "err"],
  ...["requestId", "awsRequestId", "function_request_id", "AWSRequestId"],
  ...["function_arn", "function_name", "function_memory_size", "function_version", "cold_start", "service"],
  ...["xray_trace_id", "sampling_rate", "hostname", "pid", "v"],
]);
/** pino's levels are numbers. */
const STEP_OF_PINO = 10;

export function readEntry(line: string): Entry {
  const own = START_OR_END.exec(line);
  if (own) return { kind: own[1] === "START" ? "start" : "end", requestId: own[2] as string };
  const report = REPORT.exec(line);
  if (report) return readReport(line, report);
  if (line.startsWith("{")) {
    const value = parseObject(line);
    if (value) return readJson(value);
  }
  const text = TEXT.exec(line);
  return text ? readText(text) : readTextOfPython(line);
}

function readTextOfPython(line: string): Entry {
  const [, level = "", time, requestId, message = line] = TEXT_OF_PYTHON.exec(line) ?? [];
  return {
    kind: "message",
    ...(requestId ? { requestId } : {}),
    ...(time ? { time } : {}),
    ...levelOf(level),
    message,
    fields: {},
  };
}

function readReport(line: string, [, requestId = "", milliseconds = ""]: RegExpExecArray): Entry {
  const part = (name: string) => new RegExp(`\\t${name}: ([^\\t]+)`).exec(line)?.[1];
  const coldStart = part("Init Duration");
  const failure = part("Error Type") ?? part("Status");
  return {
    kind: "report",
    requestId,
    milliseconds,
    ...(coldStart === undefined ? {} : { coldStart }),
    ...(failure === undefined ? {} : { failure }),
  };
}

function readText([, time = "", requestId, level, rest = ""]: RegExpExecArray): Entry {
  const logged = rest.startsWith("{") ? parseObject(rest) : undefined;
  if (logged && isOfLogger(logged)) {
    const own = { time, requestId: requestId === "undefined" ? undefined : requestId, level };
    return readJson({ ...own, ...logged });
  }
  // An error that nobody caught: a label, and the error as JSON.
  const [, label = "", json = ""] = /^([^\t]*) \t(\{.*\})$/s.exec(rest) ?? [];
  const error = loggedError(parseObject(json));
  return {
    kind: "message",
    ...(requestId === "undefined" ? {} : { requestId }),
    time,
    ...levelOf(level),
    message: error ? label : rest,
    fields: {},
    ...(error ? { error } : {}),
  };
}

/** What a logger writes by console.log: Lambda's own columns stand before it. */
function isOfLogger(value: Record<string, unknown>): boolean {
  return ["message", "msg", "_aws"].some((name) => name in value);
}

function readJson(value: Record<string, unknown>): Entry {
  const requestId = [value.requestId, value.awsRequestId, value.function_request_id, value.AWSRequestId].find(
    (one) => typeof one === "string",
  ) as string | undefined;
  const of = requestId === undefined ? {} : { requestId };
  if (isObject(value._aws) && "CloudWatchMetrics" in value._aws) return { kind: "metrics", ...of };
  const message = value.message ?? value.msg ?? "";
  const error = loggedError(value.error ?? value.err ?? message);
  const fields = Object.entries(value).filter(([name]) => !ENVELOPE.has(name));
  const more = isObject(message) && !error ? Object.entries(message) : [];
  const time = [value.timestamp, value.time].find(
    (one) => typeof one === "string" || typeof one === "number",
  );
  return {
    kind: "message",
    ...of,
    ...(time === undefined ? {} : { time: isoOf(time as string | number) }),
    ...levelOf(value.level),
    message: typeof message === "string" ? message : "",
    fields: Object.fromEntries([...more, ...fields]),
    ...(error ? { error } : {}),
  };
}

function isoOf(time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}

function levelOf(level: unknown): { level?: Level } {
  const name = typeof level === "number" ? LEVELS[level / STEP_OF_PINO - 1] : levelNamed(String(level));
  return name === undefined ? {} : { level: name };
}

export function levelNamed(name: string): Level | undefined {
  const upper = name
    .toUpperCase()
    .replace(/^WARNING$/, "WARN")
    .replace(/^CRITICAL$/, "FATAL");
  return LEVELS.find((level) => level === upper);
}
