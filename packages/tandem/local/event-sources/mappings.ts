/** What event source mappings of queues and of streams have in common. */
import { readArn } from "../../program/reading/arn.ts";
import { MAPPING } from "../../program/reading/event-sources.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { ROLE } from "../../program/reading/policy-attachments.ts";
import { addressed, declared } from "../../program/reading/resources.ts";
import { list, number, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import limits from "../../shared/aws/limits.cjs";
import type { DeploymentRefusals } from "../deployment-refusals.ts";
import type { Call } from "../iam/evaluate.ts";
import { guardOf } from "../iam/policies.ts";
import { sourceFilter } from "../patterns/dialects.ts";
import { PatternError } from "../patterns/pattern.ts";
import { FUNCTION } from "../workers/settings.ts";

/** What a mapping says alike of a queue and of a stream. */
export interface SourceMapping {
  /** URN: tells one mapping from another over reloads. */
  urn: string;
  region: string;
  /** As the mapping names it: name, ARN, with an alias. */
  functionName: string;
  /** Lambda reads the source with the function's own role. */
  roleArn: string;
  windowSeconds: number;
  /** JSON texts: a record goes to the function when one of them takes it; without any, every record does. */
  filters: string[];
  /** The function tells what of a batch failed. */
  reportsFailures: boolean;
}

export function sourceMapping({ urn, inputs }: RecordedResource, recording: Recording): SourceMapping {
  const functionName = text(inputs.functionName) ?? "";
  return {
    urn,
    region: readArn(text(inputs.eventSourceArn))?.region ?? "",
    functionName,
    roleArn: roleOf(functionName, recording),
    windowSeconds: number(inputs.maximumBatchingWindowInSeconds) ?? 0,
    filters: filtersOf(inputs),
    reportsFailures: list(inputs.functionResponseTypes).map(text).includes("ReportBatchItemFailures"),
  };
}

/** What AWS would refuse. */
export interface MappingRefusal {
  urn: string;
  line: string;
  /** Nothing may be read by it: every message would pass, or each would be read twice. */
  isLeftOut: boolean;
}

export type MappingMistake = Pick<MappingRefusal, "isLeftOut"> & { why: string };

/** A line for each mistake of each mapping that the program declares. */
export function refusalsOf(
  recording: Recording,
  mistakesOf: (resource: RecordedResource) => MappingMistake[],
): MappingRefusal[] {
  return declared(recording, MAPPING).flatMap((resource) =>
    mistakesOf(resource).map(({ why, isLeftOut }) => ({
      urn: resource.urn,
      line: `Event source mapping ${resource.name}: ${why}.`,
      isLeftOut,
    })),
  );
}

/** Says them. Gives the URNs of mappings by which nothing is read, though the program has them. */
export function leftOut(
  refused: readonly MappingRefusal[],
  refusals: DeploymentRefusals,
  log: (line: string) => void,
): Set<string> {
  refusals.report(
    refused.map(({ line }) => line),
    log,
  );
  return new Set(refused.flatMap(({ urn, isLeftOut }) => (isLeftOut ? [urn] : [])));
}

/** Each pair of a source and a function may be mapped once. */
export class MappedPairs {
  readonly #seen = new Set<string>();

  /** @param source as the message calls it, e.g. `queue` */
  mistakes(source: string, arn: string, functionName: string): MappingMistake[] {
    const pair = `${arn} ${functionName}`;
    const isSecond = this.#seen.has(pair);
    this.#seen.add(pair);
    return isSecond ? [{ why: `this ${source} is mapped to this function already`, isLeftOut: true }] : [];
  }
}

export function tooManyFilters({ filters }: SourceMapping): string[] {
  const { mostFilters } = limits.lambda;
  return filters.length > mostFilters ? [`it has ${filters.length} filters; ${mostFilters} are allowed`] : [];
}

/** What to add to the function's role, which the program itself declares, so that it may call; undefined when it may. */
export function missingOfRole(roleArn: string, call: Call, recording: Recording): string | undefined {
  if (!addressed(recording, ROLE, roleArn)) return undefined;
  const refusal = guardOf(recording).refusalForRole(roleArn, call);
  // What cannot be judged is said at the call.
  const isJudged = refusal && !/the local run (cannot judge|does not know)/.test(refusal.message);
  return isJudged ? refusal.hint : undefined;
}

export function isOfQueue({ inputs }: RecordedResource): boolean {
  return /^arn:[^:]+:sqs:/.test(text(inputs.eventSourceArn) ?? "");
}

function filtersOf({ filterCriteria }: RecordedResource["inputs"]): string[] {
  return list(object(filterCriteria).filters).map((filter) => text(object(filter).pattern) ?? "{}");
}

/** Why AWS would not take the mapping; undefined when it would. */
export function filterRefusal({ inputs }: RecordedResource): string | undefined {
  const service = readArn(text(inputs.eventSourceArn))?.service ?? "";
  for (const filter of filtersOf(inputs)) {
    try {
      sourceFilter(filter, service);
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      return `Invalid filter pattern definition ${filter}: ${error.message}`;
    }
  }
  return undefined;
}

/** Of the function: Lambda reads with it what it polls. */
function roleOf(functionName: string, recording: Recording): string {
  const { name } = parseFunctionReference(functionName);
  return text(addressed(recording, FUNCTION, name)?.inputs.role) ?? "";
}
