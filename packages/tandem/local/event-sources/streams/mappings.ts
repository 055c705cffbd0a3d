/** The event source mappings of a recorded program that read streams, and how. */
import { MAPPING } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { number, object, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { type SourceMapping, sourceMapping } from "../mappings.ts";

export interface StreamMapping extends SourceMapping {
  /** AWS's id of the mapping. */
  uuid: string;
  streamArn: string;
  isEnabled: boolean;
  batchSize: number;
  /** A batch that failed is tried again in halves. */
  bisects: boolean;
  /** Of its tumbling windows; 0 without. */
  tumblingSeconds: number;
  /** After the first attempt; infinite where the mapping says nothing. */
  retries: number;
  /** A record that is older is given up. */
  oldestSeconds: number;
  /** ARN of what is told of records that are given up. */
  onFailure?: string;
}

const STANDARD_BATCH = 100;

/** @param isRead whether the mapping is of a kind of stream */
export function streamMappings(
  recording: Recording,
  isRead: (mapping: RecordedResource) => boolean,
): StreamMapping[] {
  return declared(recording, MAPPING)
    .filter(isRead)
    .map((mapping) => streamMapping(mapping, recording));
}

export function streamMapping(resource: RecordedResource, recording: Recording): StreamMapping {
  const { inputs } = resource;
  const onFailure = text(object(object(inputs.destinationConfig).onFailure).destinationArn);
  return {
    ...sourceMapping(resource, recording),
    uuid: text(resource.outputs.uuid) ?? resource.id ?? "",
    streamArn: text(inputs.eventSourceArn) ?? "",
    isEnabled: opened(inputs.enabled) !== false,
    batchSize: number(inputs.batchSize) ?? STANDARD_BATCH,
    bisects: opened(inputs.bisectBatchOnFunctionError) === true,
    tumblingSeconds: number(inputs.tumblingWindowInSeconds) ?? 0,
    retries: unlessForever(number(inputs.maximumRetryAttempts)),
    oldestSeconds: unlessForever(number(inputs.maximumRecordAgeInSeconds)),
    ...(onFailure === undefined ? {} : { onFailure }),
  };
}

/** -1 says that there is no limit. */
function unlessForever(limit = -1): number {
  return limit === -1 ? Infinity : limit;
}
