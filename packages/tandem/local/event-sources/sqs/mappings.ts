/** The event source mappings of a recorded program: which queue's messages go to which function, and how. */

import { readArn } from "../../../program/reading/arn.ts";
import { MAPPING } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { list, number, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import { filtersOf, isOfQueue, roleOf } from "../mappings.ts";

export interface QueueMapping {
  /** URN: tells one mapping from another over reloads. */
  urn: string;
  queueArn: string;
  region: string;
  /** As the mapping names it: name, ARN, with an alias. */
  functionName: string;
  /** Lambda reads the queue with the function's own role. */
  roleArn: string;
  batchSize: number;
  windowSeconds: number;
  /** The function tells which messages failed. */
  reportsFailures: boolean;
  concurrency: number;
  /** JSON texts: a message goes to the function when one of them takes it; without any, every message does. */
  filters: string[];
}

const CONCURRENCY = 5;

export function queueMappings(recording: Recording): QueueMapping[] {
  return declared(recording, MAPPING)
    .filter(isOfQueue)
    .filter(({ inputs }) => opened(inputs.enabled) !== false)
    .map((mapping) => queueMapping(mapping, recording));
}

export function queueMapping({ urn, inputs }: RecordedResource, recording: Recording): QueueMapping {
  const queueArn = text(inputs.eventSourceArn) ?? "";
  const functionName = text(inputs.functionName) ?? "";
  const scaling = (opened(inputs.scalingConfig) ?? {}) as RecordedResource["inputs"];
  return {
    urn,
    queueArn,
    region: readArn(queueArn)?.region ?? "",
    functionName,
    roleArn: roleOf(functionName, recording),
    batchSize: number(inputs.batchSize) ?? limits.lambda.standardBatch,
    windowSeconds: number(inputs.maximumBatchingWindowInSeconds) ?? 0,
    reportsFailures: list(inputs.functionResponseTypes).map(text).includes("ReportBatchItemFailures"),
    concurrency: Math.min(number(scaling.maximumConcurrency) ?? CONCURRENCY, CONCURRENCY),
    filters: filtersOf(inputs),
  };
}
