/** What a Task calls: functions, stores, topics, buses and other state machines, each in the name of the machine's role. */
import { isObject, type JsonObject } from "../../shared/json.ts";
import type { InvokeOptions } from "../invocation.ts";
import { ServiceError } from "../json-client.ts";
import { runtimeError, StateError } from "./language/state-error.ts";
import { callApi } from "./task-apis.ts";
import { isFunction, isKnownTask, readApi, readIntegration, type TaskApi } from "./task-resources.ts";
import type { TaskCaller, TaskServices } from "./task-services.ts";
import { publish } from "./task-topics.ts";

/** Resolves with the task's result; of one that waits for a token, with what its service has answered. Rejects with a StateError. */
export async function callTask(
  resource: string,
  given: unknown,
  caller: TaskCaller,
  services: TaskServices,
): Promise<unknown> {
  if (isFunction(resource))
    return (await invoke({ FunctionName: resource, Payload: given }, caller, services)).Payload;
  const integration = readIntegration(resource);
  if (!integration || !isKnownTask(resource))
    throw runtimeError(`${resource} is not called by the local run`);
  if (!isObject(given)) throw runtimeError(`The parameters of ${resource} must be an object`);
  const { service, operation, pattern } = integration;
  switch (service) {
    case "lambda":
      return invoke(given, caller, services);
    case "states":
      return startExecution(given, pattern, caller, services);
    case "sns":
      return asStateError("SNS", () => publish(given, caller, services));
    default: {
      const api = readApi(integration) as TaskApi;
      return asStateError(api.called, () => callApi(api, operation, given, caller, services));
    }
  }
}

/** What a service refuses has its name before the error's. */
async function asStateError<T>(called: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof ServiceError)
      throw new StateError(`${called}.${error.code}`, error.detail || error.code);
    throw error;
  }
}

async function invoke(
  {
    FunctionName: given,
    Qualifier: qualifier,
    Payload: payload = {},
    InvocationType: type,
    ClientContext: client,
  }: JsonObject,
  caller: TaskCaller,
  { invoker, refusal }: TaskServices,
): Promise<JsonObject> {
  const name = qualifier === undefined ? String(given) : `${String(given)}:${String(qualifier)}`;
  const refused = refusal(caller, "lambda:InvokeFunction", name);
  if (refused !== undefined) throw new StateError("Lambda.AWSLambdaException", refused);
  const options: InvokeOptions = {
    caller: "state machine",
    type: type === "Event" ? "Event" : "RequestResponse",
    waits: true,
    ...(typeof client === "string" ? { clientContext: Buffer.from(client, "base64").toString() } : {}),
  };
  const result = await invoker.invoke(name, payload, options).catch((error: Error) => {
    throw new StateError(`Lambda.${error.name}`, error.message);
  });
  if (result.status === "throttled")
    throw new StateError("Lambda.TooManyRequestsException", "Rate Exceeded.");
  if (result.error) throw new StateError(result.error.errorType, JSON.stringify(result.error));
  if (type === "Event") return { StatusCode: 202, Payload: "" };
  return {
    ExecutedVersion: result.executedVersion ?? "$LATEST",
    Payload: JSON.parse(result.payload ?? "null"),
    StatusCode: 200,
  };
}

async function startExecution(
  given: JsonObject,
  pattern: string,
  caller: TaskCaller,
  { refusal, startExecution }: TaskServices,
): Promise<JsonObject> {
  const refused = refusal(caller, "states:StartExecution", String(given.StateMachineArn));
  if (refused !== undefined) throw new StateError("StepFunctions.AccessDeniedException", refused);
  const { arn, startDate, ended } = startExecution(given, caller);
  if (!pattern.startsWith(".sync")) return { ExecutionArn: arn, StartDate: startDate.toISOString() };
  const { status, described } = await ended;
  if (status !== "SUCCEEDED") throw new StateError("States.TaskFailed", JSON.stringify(described));
  return pattern === ".sync:2" ? { ...described, Output: JSON.parse(String(described.Output)) } : described;
}
