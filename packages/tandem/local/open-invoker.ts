/** Invokes from a command: in the run that is up, with what it holds, or in one that is opened for the purpose. */

import { regionOf } from "../program/reading/region.ts";
import { ofType } from "../program/reading/resources.ts";
import { recordProgram } from "../program/record-program.ts";
import type { Recording } from "../program/recording.ts";
import { UserError } from "../shared/user-error.js";
import { operatorCredentials } from "./iam/credentials.ts";
import type { InvokeOptions, InvokeResult } from "./invocation.ts";
import { LAMBDA_ENDPOINT_VARIABLE } from "./lambda-api/service.ts";
import { localSecrets } from "./local-secrets.ts";
import { type CallAnswer, ownCall } from "./own-call.ts";
import { LocalRun } from "./run.ts";
import type { LogReader } from "./services.ts";
import { signerOf } from "./signer.ts";
import { StateFolder } from "./state-folder.ts";
import { FUNCTION, functionSettings } from "./workers/settings.ts";

export interface CommandInvoker {
  recording: Recording;
  invoke(
    functionName: string,
    event: unknown,
    type: NonNullable<InvokeOptions["type"]>,
  ): Promise<InvokeResult>;
  close(): Promise<void>;
}

export interface CommandInvokerOptions {
  cwd: string;
  stack: string;
  /** Let functions reach addresses of the cloud. */
  allowCloud?: boolean;
  log(line: string): void;
  /** Gets what functions log, in place of `log`. */
  reader?: LogReader | undefined;
}

export async function openInvoker(options: CommandInvokerOptions): Promise<CommandInvoker> {
  const running = await new StateFolder(options.cwd, options.stack).running();
  const endpoint = running?.variables[LAMBDA_ENDPOINT_VARIABLE];
  if (endpoint === undefined) return inRunOfItsOwn(options);
  if (options.allowCloud)
    throw new UserError(
      "A run is up already, and what it was started with holds: start it with --allow-cloud.",
    );
  return inRunningOne(endpoint, options);
}

async function inRunOfItsOwn(options: CommandInvokerOptions): Promise<CommandInvoker> {
  const run = await LocalRun.open(options);
  const { workers } = run.services;
  return {
    recording: run.recording,
    async invoke(functionName, event, type) {
      const result = await workers.invoke(functionName, event, { type });
      if (type === "Event") await workers.settled();
      return result;
    },
    close: () => run.stop(),
  };
}

async function inRunningOne(
  endpoint: string,
  { cwd, stack, log, reader }: CommandInvokerOptions,
): Promise<CommandInvoker> {
  const config = localSecrets({ cwd, stack });
  const recording = await recordProgram({ cwd, stack, bundle: false, config });
  return {
    recording,
    invoke: (functionName, event, type) => {
      const called = ofType(recording, FUNCTION)
        .map((resource) => functionSettings(resource, recording))
        .find(({ name }) => name === functionName);
      const at = { endpoint: new URL(endpoint), region: called?.region ?? regionOf(recording) };
      const onLog = (line: string) => (reader ? reader.line(functionName, line) : log(line));
      return invokeOverHttp(at, functionName, event, type, onLog);
    },
    close: async () => {},
  };
}

async function invokeOverHttp(
  { endpoint, region }: { endpoint: URL; region: string },
  functionName: string,
  event: unknown,
  type: NonNullable<InvokeOptions["type"]>,
  log: (line: string) => void,
): Promise<InvokeResult> {
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  const body = JSON.stringify(event);
  const headers = await signerOf({ service: "lambda", region, credentials: operatorCredentials })({
    endpoint,
    path,
    headers: { "x-amz-invocation-type": type, "x-amz-log-type": "Tail" },
    body,
  });
  const answer = await ownCall(endpoint, { path, headers, body });
  const tail = Buffer.from(headerOf(answer, "x-amz-log-result") ?? "", "base64")
    .toString()
    .trimEnd();
  if (tail !== "") for (const line of tail.split("\n")) log(line);
  return resultOf(answer);
}

function resultOf(answer: CallAnswer): InvokeResult {
  const { status, text } = answer;
  const requestId = headerOf(answer, "x-amzn-requestid") ?? "";
  if (status === 429) return { requestId, status: "throttled" };
  if (status === 202) return { requestId, status: "ok" };
  if (status !== 200) {
    const { message } = JSON.parse(text) as { message: string };
    const errorType = headerOf(answer, "x-amzn-errortype") ?? `HTTP ${status}`;
    return { requestId, status: "error", error: { errorType, errorMessage: message } };
  }
  if (headerOf(answer, "x-amz-function-error") !== undefined)
    return { requestId, status: "error", error: JSON.parse(text) };
  return { requestId, status: "ok", payload: text };
}

/** One that is sent once at most. */
function headerOf({ headers }: CallAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
