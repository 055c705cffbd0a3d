/** Services that a Task calls by AWS's JSON protocol, as any client of theirs: the permissions of the role are judged there. */

import { readArn } from "../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../shared/json.ts";
import { textOf } from "../deliveries/destinations.ts";
import { credentialsOf } from "../iam/credentials.ts";
import { JsonClient } from "../json-client.ts";
import { runtimeError, StateError } from "./language/state-error.ts";
import type { TaskApi } from "./task-resources.ts";
import type { TaskCaller, TaskServices } from "./task-services.ts";

export async function callApi(
  { service, variable, called }: TaskApi,
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
    ...(body === undefined ? {} : { MessageBody: textOf(body) }),
    ...(typeof url === "string" ? { QueueUrl: address(url) } : {}),
    ...(Array.isArray(entries) ? { Entries: entries.filter(isObject).map(entryOf) } : {}),
  };
}

function entryOf(entry: JsonObject): JsonObject {
  const { Detail: detail, MessageBody: body } = entry;
  return {
    ...entry,
    ...(detail === undefined ? {} : { Detail: textOf(detail) }),
    ...(body === undefined ? {} : { MessageBody: textOf(body) }),
  };
}
