/** What the recorded program says of its functions, in the form in which workers need it. */

import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import { isReferenceTo } from "../../program/reading/function-reference.ts";
import { regionOf } from "../../program/reading/region.ts";
import { declared, ofType } from "../../program/reading/resources.ts";
import { number, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { codeOf, layersOf } from "./layers.ts";
import { findPython, INSTALL, isPython } from "./python/interpreter.ts";

export const FUNCTION = "aws:lambda/function:Function";
export const ALIAS = "aws:lambda/alias:Alias";

export interface FunctionSettings {
  /** Logical name: what the program's author calls it. */
  logicalName: string;
  /** Physical name: what the cloud calls it. */
  name: string;
  arn: string;
  region: string;
  /** `nodejs24.x` */
  runtime: string;
  handler: string;
  memorySize: number;
  /** Seconds. */
  timeout: number;
  /** As declared, with the cloud's addresses. */
  environment: Record<string, string>;
  roleArn: string | undefined;
  reservedConcurrency: number | undefined;
  code: Value | undefined;
  /** Code of each, a later one over those before it. */
  layers: Value[];
  logFormat: "Text" | "JSON";
  logGroupName: string;
  /** `$LATEST`, or the version that its aliases point at. */
  version: string;
  traced: boolean;
  deadLetterArn: string | undefined;
}

export function functionSettings(resource: RecordedResource, recording: Recording): FunctionSettings {
  const { inputs, outputs } = resource;
  const name = text(outputs.name) ?? text(inputs.name) ?? resource.name;
  const region = regionOfFunction(resource, recording);
  const logging = object(inputs.loggingConfig);
  const code = codeOf(resource, recording);
  const reserved = number(inputs.reservedConcurrentExecutions);
  return {
    logicalName: resource.name,
    name,
    arn: text(outputs.arn) ?? `arn:aws:lambda:${region}:${ACCOUNT_ID}:function:${name}`,
    region,
    runtime: text(inputs.runtime) ?? "",
    handler: text(inputs.handler) ?? "",
    memorySize: number(inputs.memorySize) ?? limits.lambda.memory.standard,
    timeout: number(inputs.timeout) ?? limits.lambda.timeout.standard,
    environment: declaredEnvironment(inputs.environment),
    roleArn: text(inputs.role),
    // -1 is Lambda's way to say "not reserved".
    reservedConcurrency: reserved !== undefined && reserved >= 0 ? reserved : undefined,
    code: "code" in code ? code.code : undefined,
    layers: layersOf(inputs, recording).flatMap((layer) => ("code" in layer ? layer.code : [])),
    logFormat: text(logging.logFormat) === "JSON" ? "JSON" : "Text",
    logGroupName: text(logging.logGroup) ?? `/aws/lambda/${name}`,
    version: aliasedVersion(name, recording) ?? "$LATEST",
    traced: text(object(inputs.tracingConfig).mode) === "Active",
    deadLetterArn: text(object(inputs.deadLetterConfig).targetArn),
  };
}

/** Every function of the program that can run here. */
export function runnableFunctions(recording: Recording): FunctionSettings[] {
  return declared(recording, FUNCTION)
    .filter((resource) => !whyNotRunnable(resource, recording))
    .map((resource) => functionSettings(resource, recording));
}

/** The reason why a function cannot run here; undefined when it can. */
export function whyNotRunnable({ inputs }: RecordedResource, recording: Recording): string | undefined {
  const runtime = text(inputs.runtime);
  if (text(inputs.packageType) === "Image" || text(inputs.imageUri))
    return "container images are not run here";
  if (!runtime?.startsWith("nodejs") && !isPython(runtime ?? ""))
    return `runtime ${runtime ?? "(none)"} is not run here, only nodejs* and python3.*`;
  const missing = runtime && isPython(runtime) ? whyNoPython(runtime, recording) : undefined;
  if (missing) return missing;
  const found = [...layersOf(inputs, recording), codeOf({ inputs }, recording)];
  for (const one of found) if ("why" in one) return one.why;
  return undefined;
}

function whyNoPython(runtime: string, { cwd }: Recording): string | undefined {
  if (process.platform === "win32") return `runtime ${runtime} is not run on Windows`;
  if (findPython(runtime, cwd)) return undefined;
  return `runtime ${runtime} needs Python 3.8 or newer, and none is on the PATH: ${INSTALL}`;
}

/** `24` of `nodejs24.x`; functions of other runtimes do not come here. */
export function nodeMajor(runtime: string): number {
  return Number.parseInt(runtime.slice("nodejs".length), 10);
}

/** Alias → the name of its function, for both to be found by `name:alias`. */
export function aliasesOf(functionName: string, recording: Recording): { name: string; version: string }[] {
  return ofType(recording, ALIAS)
    .filter(({ inputs }) => isReferenceTo(functionName, text(inputs.functionName)))
    .map(({ inputs, outputs, name }) => ({
      name: text(inputs.name) ?? text(outputs.name) ?? name,
      version: text(inputs.functionVersion) ?? "$LATEST",
    }));
}

function aliasedVersion(functionName: string, recording: Recording): string | undefined {
  return aliasesOf(functionName, recording)[0]?.version;
}

function declaredEnvironment(value: Value | undefined): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, given] of Object.entries(object(object(value).variables))) {
    const known = text(given);
    if (known !== undefined) variables[name] = known;
  }
  return variables;
}

function regionOfFunction({ outputs }: RecordedResource, recording: Recording): string {
  return text(outputs.region) ?? readArn(text(outputs.arn))?.region ?? regionOf(recording);
}
