/** Writes down the calls that an emulator answers and hands them over together: a message a call would cost more than the call. */
import type { CallsMeasured, StoreCall, StoreCallsEvent } from "../observer.ts";
import { RateLimit } from "../rate-limit.ts";
import { rootOf } from "../xray/trace-header.ts";
import type { Answer, Answered, FrontRequest } from "./front.ts";

/** How long calls are gathered. */
export const REPORT_AFTER_MS = 50;
/** More a second than a person can read; what is beyond is counted. */
const MOST_A_SECOND = 200;
/** A list that is longer is not searched for its count. */
const LONGEST_READ = 262_144;

export function reportCalls(report: (calls: Omit<StoreCallsEvent, "store">) => void): Answered {
  const limit = new RateLimit(MOST_A_SECOND);
  let calls: StoreCall[] = [];
  let leftOut = 0;
  let measured = new Map<string, CallsMeasured>();
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    timer = undefined;
    const happened = { calls, leftOut, measured: [...measured.values()] };
    calls = [];
    leftOut = 0;
    measured = new Map();
    report(happened);
  };
  return (request, answer, started) => {
    const { decisions = [] } = request;
    // The operator's calls and those that carry no known signature are nobody's of the program.
    if (decisions.length === 0) return;
    if (timer === undefined) timer = setTimeout(flush, REPORT_AFTER_MS);
    const milliseconds = performance.now() - started;
    const operation = operationOf(request);
    const counts = counted(operation, answer);
    measure(measured, request, answer, { operation, milliseconds, items: counts.items ?? 1 });
    if (limit.take()) calls.push({ ...callOf(request, answer, operation, milliseconds), ...counts });
    else leftOut++;
  };
}

/** Exact however many there are: the metrics count every call. */
function measure(
  measured: Map<string, CallsMeasured>,
  { decisions = [] }: FrontRequest,
  { status }: Answer,
  { operation, milliseconds, items }: { operation: string; milliseconds: number; items: number },
): void {
  const resource = decisions[0]?.resource ?? "";
  const isError = status >= 300;
  const key = `${operation} ${resource} ${isError}`;
  const sum = measured.get(key);
  if (!sum) {
    const of = { sum: milliseconds, least: milliseconds, most: milliseconds };
    const time = Date.now();
    measured.set(key, { time, operation, resource, isError, count: 1, items, milliseconds: of });
    return;
  }
  sum.count++;
  sum.items += items;
  sum.milliseconds.sum += milliseconds;
  sum.milliseconds.least = Math.min(sum.milliseconds.least, milliseconds);
  sum.milliseconds.most = Math.max(sum.milliseconds.most, milliseconds);
}

function operationOf({ headers, decisions = [] }: FrontRequest): string {
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  return target ?? decisions[0]?.action.split(":")[1] ?? "";
}

function callOf(
  { headers, decisions = [], session = "" }: FrontRequest,
  answer: Answer,
  operation: string,
  milliseconds: number,
): StoreCall {
  const trace = headers["x-amzn-trace-id"];
  return {
    time: Date.now() - milliseconds,
    milliseconds,
    operation,
    status: answer.status,
    ...(typeof trace === "string" ? { trace: rootOf(trace) } : {}),
    session,
    decisions,
  };
}

function counted(operation: string, { body, status }: Answer): Pick<StoreCall, "items" | "messageIds"> {
  if (status >= 300 || body.length > LONGEST_READ) return {};
  if (operation === "Query" || operation === "Scan") {
    const count = /"Count":(\d+)/.exec(body.toString())?.[1];
    return count === undefined ? {} : { items: Number(count) };
  }
  if (operation === "DeleteMessageBatch") return { items: [...body.toString().matchAll(/"Id":/g)].length };
  if (!/^(Send|Receive)Message/.test(operation)) return {};
  const messageIds = [...body.toString().matchAll(/"MessageId":"([\w-]+)"/g)].map(([, id = ""]) => id);
  return { items: messageIds.length, ...(operation.startsWith("Send") ? { messageIds } : {}) };
}
