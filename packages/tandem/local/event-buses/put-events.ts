/** `PutEvents`, the one operation of EventBridge that a program calls when it runs. */

import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import { type BusEvent, busEvent } from "../deliveries/bus-event.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { jsonFault } from "../iam/authentication-faults.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard, Refusal } from "../iam/guard.ts";
import { textOf } from "../other-services/json-api.ts";
import { notImplemented, operationOf } from "../other-services/service.ts";

export interface PutOptions {
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
  /** ARN of a bus by its name or ARN. */
  busArn(name: string | undefined): string;
  put(busArn: string, event: BusEvent): Promise<void>;
}

/** Entries of one call. */
const MOST_ENTRIES = 10;
/** Of all entries of a call together, in bytes: 1 MB. */
const LARGEST_CALL = 1_048_576;

export async function answerEvents(options: PutOptions, request: FrontRequest): Promise<Answer> {
  const operation = operationOf(request) ?? "";
  if (operation !== "PutEvents")
    return notImplemented(request.headers, `${operation}: the local EventBridge knows only PutEvents`);
  const principal = options.guard().authenticate(request, "events");
  if (typeof principal === "string") return failure(...jsonFault(principal, "events"));
  const { Entries } = parseObject(request.body) ?? {};
  const entries = Array.isArray(Entries) ? Entries.filter(isObject) : [];
  const fault = callFault(entries);
  if (fault) return failure("ValidationException", fault);
  const busOf = ({ EventBusName: name }: JsonObject) => options.busArn(textOf(name));
  const refusal = options.guard().refusal(
    principal,
    entries.map((entry) => callOf(entry, busOf(entry))),
  );
  if (refusal) {
    options.onRefusal(refusal);
    return failure("AccessDeniedException", refusal.message);
  }
  const results: JsonObject[] = [];
  for (const entry of entries) {
    const read = readEntry(entry, principal.region);
    if ("id" in read) {
      await options.put(busOf(entry), read);
      results.push({ EventId: read.id });
    } else results.push({ ...read });
  }
  const FailedEntryCount = results.filter(({ ErrorCode }) => ErrorCode !== undefined).length;
  return answer(200, { FailedEntryCount, Entries: results });
}

function callOf(entry: JsonObject, resource: string): Call {
  const context = {
    "events:source": [textOf(entry.Source) ?? ""],
    "events:detail-type": [textOf(entry.DetailType) ?? ""],
  };
  return { action: "events:PutEvents", resource, context };
}

/** Of the call as a whole. */
function callFault(entries: readonly JsonObject[]): string | undefined {
  if (entries.length === 0 || entries.length > MOST_ENTRIES) {
    const bound =
      entries.length === 0 ? "greater than or equal to 1" : `less than or equal to ${MOST_ENTRIES}`;
    return `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`;
  }
  const size = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  return size > LARGEST_CALL ? "Total size of the entries in the request is over the limit." : undefined;
}

/** As EventBridge's guide counts it. */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: JsonObject): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  return texts.reduce(
    (sum: number, one) => sum + Buffer.byteLength(textOf(one) ?? ""),
    Time === undefined ? 0 : 14,
  );
}

interface FailedEntry {
  ErrorCode: string;
  ErrorMessage: string;
}

function readEntry(entry: JsonObject, region: string): BusEvent | FailedEntry {
  const [source, detailType, detail] = [entry.Source, entry.DetailType, entry.Detail].map(textOf);
  if (!source) return missing("Source");
  if (!detailType) return missing("DetailType");
  if (!detail) return missing("Detail");
  if (source.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  const parsed = parseObject(detail);
  if (!parsed) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const resources = Array.isArray(entry.Resources) ? entry.Resources.map(String) : [];
  // In seconds.
  const time = typeof entry.Time === "number" ? new Date(entry.Time * 1000) : new Date();
  return busEvent({ source, detailType, detail: parsed, region, resources, time });
}

function missing(name: string): FailedEntry {
  const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
  return { ErrorCode: "InvalidArgument", ErrorMessage: message };
}

function failure(code: string, message: string): Answer {
  return answer(400, { __type: code, message });
}

function answer(status: number, body: object): Answer {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
