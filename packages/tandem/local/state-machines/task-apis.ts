/** Services that a Task calls by AWS's JSON protocol, as any client of theirs: the permissions of the role are judged there. */

import { readArn } from "../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { credentialsOf } from "../iam/credentials.ts";
import { JsonClient } from "../json-client.ts";
import { runtimeError, StateError } from "./language/state-error.ts";
import type { Integration, TaskCaller, TaskServices } from "./task-services.ts";

export interface TaskApi {
  /** As Step Functions heads its errors. */
  called: string;
  /** As a signature names it. */
  service: string;
  target: string;
  variable: string;
  /** Of the optimised integration; one of the SDK has them all. */
  operations: readonly string[];
}

const OTHERS = "AWS_ENDPOINT_URL";
const DYNAMODB: TaskApi = {
  called: "DynamoDB",
  service: "dynamodb",
  target: "DynamoDB_20120810",
  variable: "AWS_ENDPOINT_URL_DYNAMODB",
  operations: ["getItem", "putItem", "updateItem", "deleteItem"],
};
const SQS: TaskApi = {
  called: "SQS",
  service: "sqs",
  target: "AmazonSQS",
  variable: "AWS_ENDPOINT_URL_SQS",
  operations: ["sendMessage"],
};
const EVENTS: TaskApi = {
  called: "EventBridge",
  service: "events",
  target: "AWSEvents",
  variable: OTHERS,
  operations: ["putEvents"],
};
const OPTIMISED: Record<string, TaskApi> = { dynamodb: DYNAMODB, sqs: SQS, events: EVENTS };
/** `arn:aws:states:::aws-sdk:dynamodb:query` */
const OF_SDK: Record<string, TaskApi> = { dynamodb: DYNAMODB, sqs: SQS, eventbridge: EVENTS };
const SDK = "aws-sdk";

/** Undefined where the local run does not call it. */
export function readApi({ service, operation }: Integration): TaskApi | undefined {
  if (service === SDK) return OF_SDK[operation.split(":")[0] ?? ""];
  const api = OPTIMISED[service];
  return api?.operations.includes(operation) ? api : undefined;
}

export async function callApi(
  { service, target, variable, called }: TaskApi,
  operation: string,
  given: JsonObject,
  { roleArn, machineArn, session }: TaskCaller,
  services: TaskServices,
): Promise<JsonObject> {
  const endpoint = services.variable(variable);
  if (endpoint === undefined) throw runtimeError(`The program declares nothing that ${called} would serve`);
  const client = new JsonClient({
    endpoint: new URL(endpoint),
    service,
    target,
    region: readArn(machineArn)?.region ?? "",
    credentials: credentialsOf(roleArn, session),
  });
  const name = operation.split(":").at(-1) ?? "";
  const output = await client.call<JsonObject>(
    `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    prepared(given, services),
  );
  if (Number(output.FailedEntryCount ?? 0) > 0)
    throw new StateError(`${called}.FailedEntry`, JSON.stringify(output.Entries));
  return output;
}

/** Bodies may be objects in a definition, and are JSON texts in a call; queues are named by their cloud's addresses. */
function prepared(given: JsonObject, { address }: TaskServices): JsonObject {
  const { MessageBody: body, QueueUrl: url, Entries: entries } = given;
  return {
    ...given,
    ...(body === undefined ? {} : { MessageBody: asText(body) }),
    ...(typeof url === "string" ? { QueueUrl: address(url) } : {}),
    ...(Array.isArray(entries) ? { Entries: entries.filter(isObject).map(entryOf) } : {}),
  };
}

function entryOf(entry: JsonObject): JsonObject {
  const { Detail: detail, MessageBody: body } = entry;
  return {
    ...entry,
    ...(detail === undefined ? {} : { Detail: asText(detail) }),
    ...(body === undefined ? {} : { MessageBody: asText(body) }),
  };
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
