/** What calls a function besides routes, as the samples of it need it. */

import { ruleName } from "../../program/reading/event-rules.ts";
import { type EventSource, eventSourcesOf } from "../../program/reading/event-sources.ts";
import { isReferenceTo } from "../../program/reading/function-reference.ts";
import type { Recording } from "../../program/recording.ts";
import { readFunctionUrls } from "../function-urls/declared.ts";
import { OPEN } from "../gateway/api.ts";
import { CONNECT, DISCONNECT, readWebSocketApis, type WebSocketRoute } from "../websockets/declared.ts";

export interface Trigger {
  /** Name of its sample. */
  kind: "sqs" | "dynamodb" | "kinesis" | "s3" | "sns" | "schedule" | "eventbridge" | "url" | "websocket";
  /** ARN of a queue, stream, topic, schedule or rule; name of a bucket; address of a function URL; id of a WebSocket API and key of its route. */
  source: string;
  /** For a person, e.g. `messages of jobs`. */
  why: string;
}

export function triggersOf(functionName: string, recording: Recording): Trigger[] {
  const calls = (reference: string | undefined) => isReferenceTo(functionName, reference);
  return [
    ...eventSourcesOf(recording)
      .filter(({ functionReference }) => calls(functionReference))
      .flatMap(trigger),
    ...readFunctionUrls(recording)
      .filter(({ functionArn }) => calls(functionArn))
      .map(({ endpoint, name }): Trigger => ({ kind: "url", source: endpoint, why: `a request of ${name}` })),
    ...webSocketRoutes(recording)
      .filter(({ target }) => target.kind === "lambda" && calls(target.functionArn))
      .map(({ source, key }): Trigger => ({ kind: "websocket", source, why: `a message of route ${key}` })),
  ];
}

/** Those that bring messages; one that opens or ends a connection has another event. */
function webSocketRoutes(recording: Recording): (WebSocketRoute & Pick<Trigger, "source">)[] {
  const open = { ofHttpRoute: () => OPEN, ofRestMethod: () => OPEN, ofComponent: () => OPEN };
  return readWebSocketApis(recording, open).flatMap(({ id, stages: [first] }) =>
    [...(first?.socketRoutes.values() ?? [])]
      .filter(({ key }) => key !== CONNECT && key !== DISCONNECT)
      .map((route) => ({ ...route, source: `${id}/${route.key}` })),
  );
}

/** None for what no sample is kept of. */
function trigger({ kind, address, resource, link }: EventSource): Trigger[] {
  const named = (sample: Trigger["kind"], why: string): Trigger[] => [{ kind: sample, source: address, why }];
  switch (kind) {
    case "sqs":
      return named(kind, `messages of ${address.split(":").at(-1)}`);
    case "dynamodb":
      return named(kind, `changes of ${address.split("/")[1]}`);
    case "kinesis":
      return named(kind, `records of ${address.split("/")[1]}`);
    case "s3":
      return named(kind, `objects of ${address}`);
    case "sns":
      return named(kind, `messages of ${address.split(":").at(-1)}`);
    case "schedule":
      return named(kind, `${resource === link ? "schedule" : "rule"} ${ruleName(resource)}`);
    case "rule":
      return named("eventbridge", `events of ${ruleName(resource)}`);
    case "other":
      return [];
  }
}
