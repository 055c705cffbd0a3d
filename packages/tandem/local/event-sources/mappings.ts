/** What event source mappings of queues and of streams have in common. */
import { readArn } from "../../program/reading/arn.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import { addressed } from "../../program/reading/resources.ts";
import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { sourceFilter } from "../patterns/dialects.ts";
import { PatternError } from "../patterns/pattern.ts";
import { FUNCTION } from "../workers/settings.ts";

/** What AWS would refuse. */
export interface MappingRefusal {
  urn: string;
  line: string;
  /** Nothing may be read by it: every message would pass, or each would be read twice. */
  isLeftOut: boolean;
}

export function isOfQueue({ inputs }: RecordedResource): boolean {
  return /^arn:[^:]+:sqs:/.test(text(inputs.eventSourceArn) ?? "");
}

export function filtersOf({ filterCriteria }: RecordedResource["inputs"]): string[] {
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
export function roleOf(functionName: string, recording: Recording): string {
  const { name } = parseFunctionReference(functionName);
  return text(addressed(recording, FUNCTION, name)?.inputs.role) ?? "";
}
