/** The segments of a trace, read: what functions sent, and what Lambda and API Gateway would have sent, as one forest. */
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import { reportOf } from "../described.ts";
import type { Mask } from "../secrets.ts";
import type { KeptTrace, TracedInvocation, TracedRequest } from "../trace-store.ts";

export interface Cause {
  type: string;
  message: string;
  /** `functions/work.js:12 handler`, one a line. */
  stack: string[];
}

export interface Segment {
  id: string;
  name: string;
  parentId?: string;
  /** `AWS::Lambda::Function` and the like; of a segment, not of a subsegment. */
  origin?: string;
  /** Of a subsegment that is a call: `aws` or `remote`. */
  namespace?: string;
  /** Milliseconds since 1970. */
  start: number;
  /** Of one that is not over: as far as is known. */
  end: number;
  isInProgress: boolean;
  isSubsegment: boolean;
  error: boolean;
  fault: boolean;
  throttle: boolean;
  http?: { method?: string; url?: string; status?: number };
  aws: JsonObject;
  annotations: Record<string, string | number | boolean>;
  metadata: JsonObject;
  causes: Cause[];
  /** Query of a database, where the program says it. */
  sql?: string;
  children: Segment[];
}

/** Deeper ones are left out: nobody nests so by hand. */
const DEEPEST = 60;

/** Those that no other one of the trace called, in the order in which they began. */
export function segmentsOf(trace: KeptTrace, mask: Mask): Segment[] {
  const documents = [
    ...trace.requests.flatMap((request) => requestDocuments(request)),
    ...invocationDocuments(trace.invocations),
    ...[...(trace.documents?.values() ?? [])].flatMap((text) => parseObject(text) ?? []),
  ];
  const all = new Map<string, Segment>();
  const roots: Segment[] = [];
  for (const document of documents) {
    const segment = readSegment(document, mask, 0);
    if (segment) roots.push(...register(segment, all));
  }
  return joined(roots, all);
}

/** Every one of a forest, those that call before those that are called. */
export function* flat(segments: readonly Segment[]): Generator<Segment> {
  for (const segment of segments) {
    yield segment;
    yield* flat(segment.children);
  }
}

/** What came as a document of its own; a child that came once more, for itself, replaces the one it was. */
function register(segment: Segment, all: Map<string, Segment>): Segment[] {
  if (all.has(segment.id)) return [];
  all.set(segment.id, segment);
  segment.children = segment.children.filter((child) => register(child, all).length > 0);
  return [segment];
}

/** Whoever names a parent hangs below it; one that is below itself, or too deep, is a root. */
function joined(documents: readonly Segment[], all: ReadonlyMap<string, Segment>): Segment[] {
  const roots: Segment[] = [];
  for (const segment of documents) {
    const parent = segment.parentId === undefined ? undefined : all.get(segment.parentId);
    if (parent && isWithinDepth(segment, all)) parent.children.push(segment);
    else roots.push(segment);
  }
  for (const { children } of flat(roots)) children.sort(byStart);
  return roots.sort(byStart);
}

function isWithinDepth(segment: Segment, all: ReadonlyMap<string, Segment>): boolean {
  let above: Segment | undefined = segment;
  for (let depth = 0; depth < DEEPEST; depth++) {
    above = above.parentId === undefined ? undefined : all.get(above.parentId);
    if (!above) return true;
  }
  return false;
}

function byStart(a: Segment, b: Segment): number {
  return a.start - b.start || a.end - b.end;
}

function readSegment(value: unknown, mask: Mask, depth: number, parentId?: string): Segment | undefined {
  if (!isObject(value) || depth > DEEPEST) return undefined;
  const { id, name, start_time: start, end_time: end } = value;
  if (typeof id !== "string" || typeof name !== "string" || typeof start !== "number") return undefined;
  const parent = text(value.parent_id) ?? parentId;
  const isInProgress = typeof end !== "number";
  const segment: Segment = {
    id,
    name: mask.text(name),
    start: start * 1_000,
    end: (isInProgress ? start : end) * 1_000,
    isInProgress,
    isSubsegment: value.type === "subsegment" || parentId !== undefined,
    error: value.error === true,
    fault: value.fault === true,
    throttle: value.throttle === true,
    aws: objectOf(value.aws, mask),
    annotations: annotationsOf(value.annotations, mask),
    metadata: objectOf(value.metadata, mask),
    causes: causesOf(value.cause, mask),
    children: (Array.isArray(value.subsegments) ? value.subsegments : []).flatMap(
      (child: unknown) => readSegment(child, mask, depth + 1, id) ?? [],
    ),
  };
  if (parent !== undefined) segment.parentId = parent;
  const [origin, namespace] = [text(value.origin), text(value.namespace)];
  if (origin !== undefined) segment.origin = origin;
  if (namespace !== undefined) segment.namespace = namespace;
  const http = httpOf(value.http, mask);
  if (http) segment.http = http;
  const sql = isObject(value.sql) ? text(value.sql.sanitized_query) : undefined;
  if (sql !== undefined) segment.sql = mask.text(sql);
  return segment;
}

function httpOf(value: unknown, mask: Mask): Segment["http"] {
  if (!isObject(value)) return undefined;
  const request = isObject(value.request) ? value.request : {};
  const response = isObject(value.response) ? value.response : {};
  const [method, url] = [text(request.method), text(request.url)];
  return {
    ...(method === undefined ? {} : { method: mask.text(method) }),
    ...(url === undefined ? {} : { url: mask.text(url) }),
    ...(typeof response.status === "number" ? { status: response.status } : {}),
  };
}

function annotationsOf(value: unknown, mask: Mask): Segment["annotations"] {
  if (!isObject(value)) return {};
  const found = Object.entries(value).flatMap(([name, one]): [string, string | number | boolean][] => {
    if (typeof one === "string") return [[name, mask.text(one)]];
    return typeof one === "number" || typeof one === "boolean" ? [[name, one]] : [];
  });
  return Object.fromEntries(found);
}

/** A cause is an object, or the id of a segment that has one. */
function causesOf(value: unknown, mask: Mask): Cause[] {
  if (!isObject(value) || !Array.isArray(value.exceptions)) return [];
  return value.exceptions.filter(isObject).map((exception) => ({
    type: mask.text(text(exception.type) ?? "Error"),
    message: mask.text(text(exception.message) ?? ""),
    stack: (Array.isArray(exception.stack) ? exception.stack : []).flatMap((frame: unknown) => {
      if (!isObject(frame)) return [];
      const line = typeof frame.line === "number" ? `:${frame.line}` : "";
      return [mask.text(`${text(frame.path) ?? ""}${line} ${text(frame.label) ?? ""}`.trim())];
    }),
  }));
}

function objectOf(value: unknown, mask: Mask): JsonObject {
  const masked = isObject(value) ? maskedValue(value, mask, 0) : {};
  return isObject(masked) ? masked : {};
}

function maskedValue(value: unknown, mask: Mask, depth: number): unknown {
  if (typeof value === "string") return mask.text(value);
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((one) => maskedValue(one, mask, depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [mask.text(name), maskedValue(one, mask, depth + 1)]),
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** As API Gateway writes it: the stage, and in it the call of the function. */
function requestDocuments({ id, call, parent, service, host, stageArn, ...request }: TracedRequest) {
  const { time, milliseconds, method, target, status, functionName } = request;
  const times = { start_time: time / 1_000, end_time: (time + milliseconds) / 1_000 };
  const [path] = target.split("?");
  const failed = { error: status >= 400 && status < 500, throttle: status === 429, fault: status >= 500 };
  return [
    {
      id,
      name: service,
      ...(parent === undefined ? {} : { parent_id: parent }),
      origin: "AWS::ApiGateway::Stage",
      ...times,
      ...failed,
      http: { request: { method, url: `http://${host}${path}` }, response: { status } },
      resource_arn: stageArn,
      aws: { resource_arn: stageArn, account_id: ACCOUNT_ID },
      subsegments:
        functionName === undefined
          ? []
          : [
              {
                id: call,
                name: "Lambda",
                namespace: "aws",
                ...times,
                ...failed,
                aws: { operation: "Invoke", function_name: functionName },
              },
            ],
    },
  ];
}

/** As Lambda writes them: the service's own with an attempt each, and one of the function for each attempt. */
function invocationDocuments(invocations: readonly TracedInvocation[]): JsonObject[] {
  const byEvent = Map.groupBy(invocations, ({ service }) => service);
  return [...byEvent.values()].flatMap((attempts) => [
    serviceDocument(attempts),
    ...attempts.filter(({ status }) => status !== "throttled").map(functionDocument),
  ]);
}

function serviceDocument(attempts: readonly TracedInvocation[]): JsonObject {
  const [first] = attempts as [TracedInvocation];
  const last = attempts.at(-1) as TracedInvocation;
  const throttled = last.status === "throttled";
  return {
    id: first.service,
    name: first.functionName,
    ...(first.parent === undefined ? {} : { parent_id: first.parent }),
    origin: "AWS::Lambda",
    start_time: first.time / 1_000,
    end_time: (last.time + last.milliseconds) / 1_000,
    error: throttled,
    throttle: throttled,
    http: { response: { status: throttled ? 429 : 200 } },
    resource_arn: first.functionArn,
    aws: { request_id: first.requestId, function_arn: first.functionArn, invoked_by: first.caller },
    subsegments:
      attempts.length < 2
        ? []
        : attempts.map(({ time, milliseconds, status, function: id }, index) => ({
            // Half of the function's id, so that it is the same whenever it is read.
            id: `${String(index + 1).padStart(8, "0")}${id.slice(0, 8)}`,
            name: `Attempt #${index + 1}`,
            start_time: time / 1_000,
            end_time: (time + milliseconds) / 1_000,
            fault: status === "error",
          })),
  };
}

function functionDocument(invocation: TracedInvocation): JsonObject {
  const { time, milliseconds, waited, error, functionArn, requestId, status } = invocation;
  const report = reportOf(invocation.report);
  const end = time + milliseconds;
  const duration = report?.duration ?? milliseconds - waited;
  // A busy run may hear of the beginning as late as of the end.
  const began = Math.max(time, Math.min(time + waited, end - duration));
  const handled = Math.min(end, began + duration);
  const init = report?.init ?? 0;
  // One that was loaded ahead began before anybody asked.
  const isInside = init > 0 && init <= began - time;
  const fault = status === "error";
  const part = (id: string, name: string, from: number, to: number, more: JsonObject = {}) => ({
    id,
    name,
    start_time: from / 1_000,
    end_time: to / 1_000,
    ...more,
  });
  const exceptions = error && [
    {
      id: invocation.invocation,
      type: error.type,
      message: error.message,
      stack: error.stack.map((frame) => ({ label: frame.trim() })),
    },
  ];
  return {
    id: invocation.function,
    parent_id: invocation.service,
    name: invocation.functionName,
    origin: "AWS::Lambda::Function",
    start_time: (isInside ? began - init : began) / 1_000,
    end_time: end / 1_000,
    fault,
    ...(exceptions ? { cause: { exceptions } } : {}),
    resource_arn: functionArn,
    aws: { function_arn: functionArn, request_id: requestId, account_id: ACCOUNT_ID },
    subsegments: [
      ...(isInside ? [part(derived(invocation.function, 1), "Initialization", began - init, began)] : []),
      part(invocation.invocation, "Invocation", began, handled, {
        fault,
        ...(exceptions ? { cause: { exceptions } } : {}),
      }),
      part(derived(invocation.function, 2), "Overhead", handled, end),
    ],
  };
}

/** Another id, the same whenever it is read: of its last digit other bits. */
function derived(id: string, which: number): string {
  return `${id.slice(0, -1)}${(Number.parseInt(id.slice(-1), 16) ^ which).toString(16)}`;
}
