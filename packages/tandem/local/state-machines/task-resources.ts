/** What the `Resource` of a Task names, and which of it the local run calls: read at every start, so nothing here calls anything. */

import type { JsonService } from "../json-client.ts";

export interface Integration {
  service: string;
  operation: string;
  /** `.sync`, `.sync:2`, `.waitForTaskToken`, or nothing. */
  pattern: string;
}

export interface TaskApi {
  /** As Step Functions heads its errors. */
  called: string;
  service: JsonService;
  variable: string;
  /** Of the optimised integration; one of the SDK has them all. */
  operations: readonly string[];
}

const DYNAMODB: TaskApi = {
  called: "DynamoDB",
  service: "dynamodb",
  variable: "AWS_ENDPOINT_URL_DYNAMODB",
  operations: ["getItem", "putItem", "updateItem", "deleteItem"],
};
const SQS: TaskApi = {
  called: "SQS",
  service: "sqs",
  variable: "AWS_ENDPOINT_URL_SQS",
  operations: ["sendMessage"],
};
const EVENTS: TaskApi = {
  called: "EventBridge",
  service: "events",
  variable: "AWS_ENDPOINT_URL",
  operations: ["putEvents"],
};
const OPTIMISED: Record<string, TaskApi> = { dynamodb: DYNAMODB, sqs: SQS, events: EVENTS };
/** `arn:aws:states:::aws-sdk:dynamodb:query` */
const OF_SDK: Record<string, TaskApi> = { dynamodb: DYNAMODB, sqs: SQS, eventbridge: EVENTS };
const SDK = "aws-sdk";

const FUNCTION = /^arn:[^:]+:lambda:/;
const INTEGRATION = /^arn:[^:]+:states:::([\w-]+):([\w:-]+?)(\.waitForTaskToken|\.sync(?::2)?)?$/;
const WAITING = ".waitForTaskToken";

/** Whether it is a function, which is called by its ARN alone. */
export const isFunction = (resource: string) => FUNCTION.test(resource);

export const waitsForToken = (resource: string) => resource.endsWith(WAITING);

/** Undefined for a function. */
export function readIntegration(resource: string): Integration | undefined {
  const [, service = "", operation = "", pattern = ""] = INTEGRATION.exec(resource) ?? [];
  return service === "" ? undefined : { service, operation, pattern };
}

/** Undefined where the local run does not call it. */
export function readApi({ service, operation }: Integration): TaskApi | undefined {
  if (service === SDK) return OF_SDK[operation.split(":")[0] ?? ""];
  const api = OPTIMISED[service];
  return api?.operations.includes(operation) ? api : undefined;
}

/** Whether a Task with this resource runs here. */
export function isKnownTask(resource: string): boolean {
  if (isFunction(resource)) return true;
  const integration = readIntegration(resource);
  if (!integration) return false;
  const { service, operation, pattern } = integration;
  const called = `${service}:${operation}`;
  if (called === "states:startExecution") return true;
  if (pattern.startsWith(".sync")) return false;
  return called === "lambda:invoke" || called === "sns:publish" || readApi(integration) !== undefined;
}
