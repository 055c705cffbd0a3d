/** The event source mappings of a recorded program: which queue's messages go to which function, and how. */

import { MAPPING } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { number, object, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import { isOfQueue, type SourceMapping, sourceMapping } from "../mappings.ts";

export interface QueueMapping extends SourceMapping {
  queueArn: string;
  batchSize: number;
  concurrency: number;
}

const CONCURRENCY = 5;

export function queueMappings(recording: Recording): QueueMapping[] {
  return declared(recording, MAPPING)
    .filter(isOfQueue)
    .filter(({ inputs }) => opened(inputs.enabled) !== false)
    .map((mapping) => queueMapping(mapping, recording));
}

export function queueMapping(resource: RecordedResource, recording: Recording): QueueMapping {
  const { inputs } = resource;
  const { maximumConcurrency } = object(inputs.scalingConfig);
  return {
    ...sourceMapping(resource, recording),
    queueArn: text(inputs.eventSourceArn) ?? "",
    batchSize: number(inputs.batchSize) ?? limits.lambda.standardBatch,
    concurrency: Math.min(number(maximumConcurrency) ?? CONCURRENCY, CONCURRENCY),
  };
}
