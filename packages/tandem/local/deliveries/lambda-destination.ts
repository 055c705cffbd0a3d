/** What a destination of Lambda gets: the record of a call, or among dead letters the event of it. */
import { randomUUID } from "node:crypto";
import { readArn } from "../../program/reading/arn.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { parseObject } from "../../shared/json.ts";
import type { MessageExtras } from "../queues-and-buckets/queue-client.ts";
import { busEvent } from "./bus-event.ts";
import type { Delivery } from "./destinations.ts";

/**
 * @param record JSON text
 * @param attributes of an event among dead letters
 */
export function destinationDelivery(
  arn: string,
  record: string,
  attributes?: Record<string, string | number>,
): Delivery {
  const { service, region = "" } = readArn(arn) ?? {};
  const caller = "destination";
  if (attributes) return { payload: record, caller, beside: { MessageAttributes: toAttributes(attributes) } };
  if (service === "lambda") return { payload: JSON.parse(record), caller };
  if (service !== "events" && service !== "s3") return { payload: record, caller };
  const detail = parseObject(record) ?? {};
  const { functionArn = "", condition } = (detail.requestContext ?? {}) as Record<string, string>;
  if (service === "s3") return bucketDelivery(record, `async/${parseFunctionReference(functionArn).name}`);
  const outcome = condition === "Success" ? "Success" : "Failure";
  const detailType = `Lambda Function Invocation Result - ${outcome}`;
  const event = busEvent({ source: "lambda", detailType, detail, region, resources: [arn, functionArn] });
  return { payload: event, caller, event };
}

/**
 * An object of a bucket.
 * @param record JSON text
 * @param folder e.g. `async/hello`
 */
export function bucketDelivery(record: string, folder: string, time = new Date()): Delivery {
  const [day = "", clock = ""] = time.toISOString().slice(0, "2026-11-27T18:40:00".length).split("T");
  const name = `${day}T${clock.replaceAll(":", ".")}-${randomUUID()}`;
  return {
    payload: record,
    caller: "destination",
    key: `aws/lambda/${folder}/${day.replaceAll("-", "/")}/${name}`,
  };
}

function toAttributes(
  values: Record<string, string | number>,
): NonNullable<MessageExtras["MessageAttributes"]> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      { DataType: typeof value === "number" ? "Number" : "String", StringValue: String(value) },
    ]),
  );
}
