/** Ready-made events of every kind of trigger, filled with the names of the program that they are for. */

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readArn } from "../../program/reading/arn.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";
import type { BusEvent } from "../deliveries/bus-event.ts";
import { commonLogTime } from "../gateway/payloads/identifiers.ts";
import { isoSeconds } from "../iso-seconds.ts";
import { functionSettings } from "../workers/settings.ts";
import { asStreamGives, type StreamEvent } from "./changed.ts";
import { asRuleGives, subscriptionOf, withFilter } from "./subscribed.ts";
import { type Trigger, triggersOf } from "./triggers.ts";

const folder = fileURLToPath(new URL("./samples/", import.meta.url));

/** `sqs`, `s3`, …: a file each in samples/. */
export function sampleKinds(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

export function sampleEvent(
  kind: string,
  target: RecordedResource,
  recording: Recording,
  now = new Date(),
): unknown {
  if (!sampleKinds().includes(kind)) {
    throw new UserError(
      `There is no sample event ${JSON.stringify(kind)}. There are: ${sampleKinds().join(", ")}.`,
    );
  }
  const values = placeholders(target, recording, now);
  const event: unknown = JSON.parse(readFileSync(path.join(folder, `${kind}.json`), "utf8"), (_key, value) =>
    fill(value, values),
  );
  const { name } = functionSettings(target, recording);
  if (kind === "dynamodb") return asStreamGives(event as StreamEvent, name, recording);
  if (kind === "eventbridge") return asRuleGives(event as BusEvent, name, recording);
  const subscription = kind === "sns" ? subscriptionOf(name, recording) : undefined;
  return subscription ? withFilter(event, subscription) : event;
}

type Placeholders = Record<string, string | number>;

/** A text that is one placeholder alone takes over its type: times stay numbers. */
function fill(value: unknown, values: Placeholders): unknown {
  if (typeof value !== "string") return value;
  const alone = /^\{\{(\w+)\}\}$/.exec(value)?.[1];
  if (alone) return values[alone];
  return value.replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) => String(values[name]));
}

function placeholders(target: RecordedResource, recording: Recording, now: Date): Placeholders {
  const { name, arn, region, roleArn } = functionSettings(target, recording);
  const triggers = triggersOf(name, recording);
  const sourceOf = (kind: Trigger["kind"]) => triggers.find((one) => one.kind === kind)?.source;
  const account = readArn(arn)?.account ?? "";
  const service = (kind: string, rest: string) => `arn:aws:${kind}:${region}:${account}:${rest}`;
  const subscription = subscriptionOf(name, recording);
  const topicArn = text(subscription?.inputs.topic) ?? service("sns", "topic");
  const urlHost = new URL(sourceOf("url") ?? `https://sample.lambda-url.${region}.on.aws`).host;
  const [socketApiId = "", socketRoute = ""] = (sourceOf("websocket") ?? "a1b2c3d4e5/$default").split("/");
  return {
    account,
    region,
    topicArn,
    subscriptionArn: text(subscription?.outputs.arn) ?? `${topicArn}:4f2a6c1e-8d3b-4f6e-9a57-0c1d2e3f4a5b`,
    roleArn: roleArn ?? "",
    apiId: apiId(recording) ?? "a1b2c3d4e5",
    bucket: sourceOf("s3") ?? "sample-bucket",
    queueArn: sourceOf("sqs") ?? service("sqs", "sample-queue"),
    tableArn: sourceOf("dynamodb")?.split("/stream/")[0] ?? service("dynamodb", "table/sample"),
    streamArn: sourceOf("kinesis") ?? service("kinesis", "stream/sample"),
    socketApiId,
    socketRoute,
    urlHost,
    urlId: urlHost.split(".", 1)[0] ?? "",
    now: now.toISOString(),
    nowSeconds: isoSeconds(now),
    clfTime: commonLogTime(now.getTime()),
    epoch: now.getTime(),
    epochText: String(now.getTime()),
    epochSeconds: Math.floor(now.getTime() / 1000),
  };
}

function apiId({ resources }: Recording): string | undefined {
  const api = resources.find(({ type }) => /^aws:apigateway(v2\/api:Api|\/restApi:RestApi)$/.test(type));
  return api && (text(api.outputs.id) ?? api.id);
}
