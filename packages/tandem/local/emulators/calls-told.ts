/** Writes down the calls that an emulator answers and hands them over together: a message a call would cost more than the call. */
import type { CallsHappened, StoreCall } from "../observer.ts";
import { rootOf } from "../observer.ts";
import { RateLimit } from "../rate-limit.ts";
import type { Answer, Answered, FrontRequest } from "./front.ts";

/** How long calls are gathered. */
export const TELL_AFTER_MS = 50;
/** More a second than a person can read; what is beyond is counted. */
const MOST_A_SECOND = 200;
/** A list that is longer is not searched for its count. */
const LONGEST_READ = 262_144;

export function callsTold(tell: (calls: Omit<CallsHappened, "store">) => void): Answered {
  const limit = new RateLimit(MOST_A_SECOND);
  let calls: StoreCall[] = [];
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    timer = undefined;
    const told = { calls, leftOut };
    calls = [];
    leftOut = 0;
    tell(told);
  };
  return (request, answer, started) => {
    const { decisions = [] } = request;
    // The operator's calls and those that carry no known signature are nobody's of the program.
    if (decisions.length === 0) return;
    if (timer === undefined) timer = setTimeout(flush, TELL_AFTER_MS);
    if (limit.take()) calls.push(callOf(request, answer, started));
    else leftOut++;
  };
}

function callOf(
  { headers, decisions = [], session = "" }: FrontRequest,
  answer: Answer,
  started: number,
): StoreCall {
  const milliseconds = performance.now() - started;
  const trace = headers["x-amzn-trace-id"];
  const target = String(headers["x-amz-target"] ?? "").split(".")[1];
  const operation = target ?? decisions[0]?.action.split(":")[1] ?? "";
  return {
    time: Date.now() - milliseconds,
    milliseconds,
    operation,
    status: answer.status,
    ...counted(operation, answer),
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
  if (!/^(Send|Receive)Message/.test(operation)) return {};
  const messageIds = [...body.toString().matchAll(/"MessageId":"([\w-]+)"/g)].map(([, id = ""]) => id);
  return { items: messageIds.length, ...(operation.startsWith("Send") ? { messageIds } : {}) };
}
