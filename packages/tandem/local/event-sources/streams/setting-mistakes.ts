/** What Lambda refuses of the settings of a mapping that reads a stream, and of the role that reads it. */
import { number, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import { missingOfRole, tooManyFilters } from "../mappings.ts";
import type { StreamMapping } from "./mappings.ts";

const { streams } = limits;
/** What a mapping may tell of records that it gives up. */
const DESTINATION = /^arn:[^:]+:(sqs|sns|s3):/;

/** @param positions where mappings of this kind of stream may start */
export function settingMistakes(
  { inputs }: RecordedResource,
  mapping: StreamMapping,
  positions: readonly string[],
): string[] {
  const found: string[] = [];
  const position = text(inputs.startingPosition);
  if (!positions.includes(position ?? ""))
    found.push(
      position === undefined
        ? `it needs a startingPosition (${positions.join(" or ")})`
        : `its startingPosition ${position} must be ${positions.join(" or ")}`,
    );
  const bounds: [string, number | undefined, number, number][] = [
    ["batchSize", mapping.batchSize, 1, streams.mostRecordsOfBatch],
    ["maximumBatchingWindowInSeconds", mapping.windowSeconds, 0, streams.longestWindow],
    ["tumblingWindowInSeconds", mapping.tumblingSeconds, 0, streams.longestTumblingWindow],
    ["maximumRetryAttempts", number(inputs.maximumRetryAttempts), -1, streams.mostRetries],
    ["maximumRecordAgeInSeconds", number(inputs.maximumRecordAgeInSeconds), -1, streams.oldestRecord],
    ["parallelizationFactor", number(inputs.parallelizationFactor), 1, streams.mostParallel],
  ];
  for (const [name, value, least, most] of bounds)
    if (value !== undefined && !(value >= least && value <= most))
      found.push(`its ${name} of ${value} must be from ${least} to ${most}`);
  found.push(...tooManyFilters(mapping));
  if (mapping.onFailure !== undefined && !DESTINATION.test(mapping.onFailure))
    found.push(
      `records that it gives up can be told to queues, topics and buckets, not to ${mapping.onFailure}`,
    );
  return found;
}

/** Lambda asks for all when it makes the mapping. */
export function roleMistake(
  { streamArn, roleArn }: StreamMapping,
  recording: Recording,
  service: string,
  actions: readonly string[],
): string[] {
  for (const action of actions) {
    const call = { action: `${service}:${action}`, resource: streamArn, context: {} };
    const hint = missingOfRole(roleArn, call, recording);
    if (hint !== undefined)
      return [
        `Cannot access stream ${streamArn}. Please ensure the role can perform the ${listed(actions)} Actions on your stream in IAM. ${hint}`,
      ];
  }
  return [];
}

function listed(actions: readonly string[]): string {
  return `${actions.slice(0, -1).join(", ")}, and ${actions.at(-1)}`;
}
