/** Function URLs as the program declares them, and what becomes of each here. */
import { readArn } from "../../program/reading/arn.ts";
import { type FunctionName, readInvokedFunction } from "../../program/reading/function-reference.ts";
import { declared, ofType } from "../../program/reading/resources.ts";
import { isObject, object, opened, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { CorsRules } from "../gateway/cors.ts";
import { readCors } from "../gateway/declared/read-settings.ts";
import type { Parity } from "../service.ts";
import { aliasesOf, FUNCTION, functionSettings, whyNotRunnable } from "../workers/settings.ts";

export const FUNCTION_URL = "aws:lambda/functionUrl:FunctionUrl";

export interface FunctionUrl {
  urn: string;
  /** Logical name. */
  name: string;
  /** First label of its host in the cloud. */
  id: string;
  /** As the program knows it, without the slash at its end. */
  endpoint: string;
  region: string;
  accountId: string;
  /** Physical name. */
  functionName: string;
  /** Of the alias, where it is one's. */
  functionArn: string;
  authorization: "NONE" | "AWS_IAM";
  /** Whether what the function writes goes out as it comes. */
  streams: boolean;
  cors?: CorsRules;
}

export function readFunctionUrls(recording: Recording): FunctionUrl[] {
  return declared(recording, FUNCTION_URL).flatMap((resource) => {
    const target = targetOf(resource, recording);
    return "why" in target ? [] : [functionUrl(resource, target)];
  });
}

export function functionUrlParity(resource: RecordedResource, recording: Recording): Parity | undefined {
  if (resource.type !== FUNCTION_URL || resource.read) return undefined;
  const target = targetOf(resource, recording);
  if ("why" in target) return { state: "unsupported", reason: target.why };
  return { state: "realised", reason: "an address of its own on this machine, by HTTP" };
}

interface Target {
  functionName: string;
  arn: string;
}

/** The function that it calls, or why it calls none here. */
function targetOf({ inputs }: RecordedResource, recording: Recording): Target | { why: string } {
  const named = referenceOf(inputs);
  const called = named && functionOf(named, recording);
  if (!named || !called) return { why: "its function is none of this program" };
  const reason = whyNotRunnable(called, recording);
  if (reason !== undefined) return { why: `its function does not run here: ${reason}` };
  const { name, arn } = functionSettings(called, recording);
  const { qualifier } = named;
  if (qualifier === undefined) return { functionName: name, arn };
  if (/^(\d+|\$LATEST)$/.test(qualifier))
    return { why: `AWS gives no URL to version ${qualifier}: name an alias` };
  if (!aliasesOf(name, recording).some((alias) => alias.name === qualifier))
    return { why: `its function has no alias ${qualifier}` };
  return { functionName: name, arn: `${arn}:${qualifier}` };
}

function referenceOf(inputs: RecordedResource["inputs"]): FunctionName | undefined {
  const named = readInvokedFunction(text(inputs.functionName) ?? "");
  const qualifier = text(inputs.qualifier) ?? named?.qualifier;
  return named && { name: named.name, ...(qualifier === undefined ? {} : { qualifier }) };
}

function functionOf({ name }: FunctionName, recording: Recording): RecordedResource | undefined {
  return ofType(recording, FUNCTION).find(
    (resource) => !resource.read && functionSettings(resource, recording).name === name,
  );
}

function functionUrl({ urn, name, inputs, outputs }: RecordedResource, target: Target): FunctionUrl {
  const arn = readArn(target.arn);
  const id = text(outputs.urlId) ?? "";
  const region = arn?.region ?? "";
  return {
    urn,
    name,
    id,
    endpoint: (text(outputs.functionUrl) ?? `https://${id}.lambda-url.${region}.on.aws/`).replace(/\/$/, ""),
    region,
    accountId: arn?.account ?? "",
    functionName: target.functionName,
    functionArn: target.arn,
    authorization: text(inputs.authorizationType) === "AWS_IAM" ? "AWS_IAM" : "NONE",
    streams: text(inputs.invokeMode) === "RESPONSE_STREAM",
    ...(isObject(opened(inputs.cors)) ? { cors: readCors(object(inputs.cors)) } : {}),
  };
}
