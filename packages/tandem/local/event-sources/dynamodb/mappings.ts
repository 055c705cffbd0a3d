/** The event source mappings of a recorded program that read tables' streams, and how. */
import { readArn } from "../../../program/reading/arn.ts";
import { MAPPING } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { list, number, object, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { readsStream } from "../../dynamodb/table-definitions.ts";
import { filtersOf, roleOf } from "../mappings.ts";

export interface StreamMapping {
  /** URN: tells one mapping from another over reloads. */
  urn: string;
  streamArn: string;
  region: string;
  /** As the mapping names it: name, ARN, with an alias. */
  functionName: string;
  /** Lambda reads the stream with the function's own role. */
  roleArn: string;
  isEnabled: boolean;
  batchSize: number;
  windowSeconds: number;
  /** JSON texts: a record goes to the function when one of them takes it; without any, every record does. */
  filters: string[];
  /** The function tells from which record on it failed. */
  reportsFailures: boolean;
  /** A batch that failed is tried again in halves. */
  bisects: boolean;
  /** After the first attempt; infinite where the mapping says nothing. */
  retries: number;
  /** A record that is older is given up. */
  oldestSeconds: number;
  /** ARN of what is told of records that are given up. */
  onFailure?: string;
}

const STANDARD_BATCH = 100;

export function streamMappings(recording: Recording): StreamMapping[] {
  return declared(recording, MAPPING)
    .filter(readsStream)
    .map((mapping) => streamMapping(mapping, recording));
}

export function streamMapping({ urn, inputs }: RecordedResource, recording: Recording): StreamMapping {
  const streamArn = text(inputs.eventSourceArn) ?? "";
  const functionName = text(inputs.functionName) ?? "";
  const onFailure = text(object(object(inputs.destinationConfig).onFailure).destinationArn);
  return {
    urn,
    streamArn,
    region: readArn(streamArn)?.region ?? "",
    functionName,
    roleArn: roleOf(functionName, recording),
    isEnabled: opened(inputs.enabled) !== false,
    batchSize: number(inputs.batchSize) ?? STANDARD_BATCH,
    windowSeconds: number(inputs.maximumBatchingWindowInSeconds) ?? 0,
    filters: filtersOf(inputs),
    reportsFailures: list(inputs.functionResponseTypes).map(text).includes("ReportBatchItemFailures"),
    bisects: opened(inputs.bisectBatchOnFunctionError) === true,
    retries: unlessForever(number(inputs.maximumRetryAttempts)),
    oldestSeconds: unlessForever(number(inputs.maximumRecordAgeInSeconds)),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

/** -1 says that there is no limit. */
function unlessForever(limit = -1): number {
  return limit === -1 ? Infinity : limit;
}
