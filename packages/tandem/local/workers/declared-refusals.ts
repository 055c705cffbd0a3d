/** What Lambda refuses of what a program declares about its functions, besides the settings that they run with. */
import { readArn } from "../../program/reading/arn.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { addressed, declared } from "../../program/reading/resources.ts";
import { flag, list, number, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import { EVENT_CONFIG } from "./event-config.ts";
import { ALIAS, FUNCTION } from "./settings.ts";

export interface DeclaredRefusal {
  /** Physical name of the function that it is about. */
  name: string;
  line: string;
}

const { mostLayers, temporary } = limits.lambda;
/** Seconds, as the API page of PutFunctionEventInvokeConfig has them. */
const AGE = { least: 60, most: 21_600 };
const MOST_RETRIES = 2;

export function declaredRefusals(recording: Recording): DeclaredRefusal[] {
  const of = (type: string, kind: string, refusals: (resource: RecordedResource) => string[]) =>
    declared(recording, type).flatMap((resource) =>
      refusals(resource).map((why) => ({
        name: functionOf(resource),
        line: `${kind} ${resource.name}: ${why}.`,
      })),
    );
  return [
    ...of(FUNCTION, "Function", functionRefusals),
    ...of(ALIAS, "Alias", (alias) => aliasRefusals(alias, recording)),
    ...of(EVENT_CONFIG, "Event configuration", eventRefusals),
  ];
}

function functionOf({ type, name, inputs, outputs }: RecordedResource): string {
  if (type === FUNCTION) return text(outputs.name) ?? name;
  return parseFunctionReference(text(inputs.functionName) ?? "").name;
}

function functionRefusals({ inputs }: RecordedResource): string[] {
  const found: string[] = [];
  const layers = list(inputs.layers).length;
  if (layers > mostLayers) found.push(`it has ${layers} layers; ${mostLayers} are allowed`);
  const storage = number(object(inputs.ephemeralStorage).size);
  if (storage !== undefined && !(storage >= temporary.least && storage <= temporary.most))
    found.push(`its ephemeral storage of ${storage} MB must be from ${temporary.least} to ${temporary.most}`);
  const lost = text(object(inputs.deadLetterConfig).targetArn);
  if (lost?.endsWith(".fifo"))
    found.push(`its dead letters cannot go to ${readArn(lost)?.resource ?? lost}, which is FIFO`);
  return found;
}

/** A function that publishes none has no version; one that does may have any, of earlier deployments. */
function aliasRefusals({ inputs }: RecordedResource, recording: Recording): string[] {
  const version = text(inputs.functionVersion);
  const { name } = parseFunctionReference(text(inputs.functionName) ?? "");
  const lambda = addressed(recording, FUNCTION, name);
  if (version === undefined || version === "$LATEST" || !lambda || lambda.read || flag(lambda.inputs.publish))
    return [];
  return [`there is no version ${version} of function ${name}, which publishes none: set its \`publish\``];
}

function eventRefusals({ inputs }: RecordedResource): string[] {
  const found: string[] = [];
  const retries = number(inputs.maximumRetryAttempts);
  if (retries !== undefined && !(retries >= 0 && retries <= MOST_RETRIES))
    found.push(`its maximumRetryAttempts of ${retries} must be from 0 to ${MOST_RETRIES}`);
  const age = number(inputs.maximumEventAgeInSeconds);
  if (age !== undefined && !(age >= AGE.least && age <= AGE.most))
    found.push(`its maximumEventAgeInSeconds of ${age} must be from ${AGE.least} to ${AGE.most}`);
  const done = text(object(object(inputs.destinationConfig).onSuccess).destination);
  if (readArn(done)?.service === "s3")
    found.push(`its onSuccess cannot be bucket ${readArn(done)?.resource}: a bucket takes failures alone`);
  return found;
}
