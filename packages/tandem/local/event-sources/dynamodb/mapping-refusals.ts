/** What Lambda refuses when the mapping of a stream is created, found before it is run here. */
import { declared } from "../../../program/reading/resources.ts";
import { number, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import limits from "../../../shared/aws/limits.cjs";
import { readsStream, TABLE } from "../../dynamodb/table-definitions.ts";
import {
  filterRefusal,
  MappedPairs,
  type MappingMistake,
  type MappingRefusal,
  missingOfRole,
  refusalsOf,
  tooManyFilters,
} from "../mappings.ts";
import { type StreamMapping, streamMapping } from "./mappings.ts";

const { streams } = limits;
const POSITIONS = ["LATEST", "TRIM_HORIZON"];
const ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];
/** What a mapping may tell of records that it gives up. */
const DESTINATION = /^arn:[^:]+:(sqs|sns):/;

export function streamRefusals(recording: Recording): MappingRefusal[] {
  const pairs = new MappedPairs();
  return refusalsOf(recording, (resource) => {
    const found = sourceMistake(resource, recording);
    if (!readsStream(resource)) return found;
    const mapping = streamMapping(resource, recording);
    const others = [...settingMistakes(resource, mapping), ...roleMistake(mapping, recording)];
    return [
      ...found,
      ...pairs.mistakes("stream", mapping.streamArn, mapping.functionName),
      ...others.map((why) => ({ why, isLeftOut: false })),
    ];
  });
}

function sourceMistake(resource: RecordedResource, recording: Recording): MappingMistake[] {
  const { inputs } = resource;
  const source = text(inputs.eventSourceArn);
  const isSelfManaged = inputs.selfManagedEventSource !== undefined;
  if (inputs.eventSourceArn === undefined && !isSelfManaged)
    return [
      {
        why: "it has no eventSourceArn (a table has a streamArn only with streamEnabled: true)",
        isLeftOut: true,
      },
    ];
  if (/^arn:[^:]+:dynamodb:[^/]*\/[^/]+$/.test(source ?? ""))
    return [
      {
        why: `Unrecognized event source: ${source} is a table. Name its streamArn, and give the table streamEnabled: true and a streamViewType`,
        isLeftOut: true,
      },
    ];
  if (!readsStream(resource)) return [];
  const hasStream = declared(recording, TABLE).some(({ outputs }) => text(outputs.streamArn) === source);
  if (!hasStream)
    return [{ why: `Stream not found: ${source} is no stream of a table of this program`, isLeftOut: true }];
  const filter = filterRefusal(resource);
  return filter === undefined ? [] : [{ why: filter, isLeftOut: true }];
}

function settingMistakes({ inputs }: RecordedResource, mapping: StreamMapping): string[] {
  const found: string[] = [];
  const position = text(inputs.startingPosition);
  if (!POSITIONS.includes(position ?? ""))
    found.push(
      position === undefined
        ? `it needs a startingPosition (${POSITIONS.join(" or ")})`
        : `its startingPosition ${position} must be ${POSITIONS.join(" or ")}`,
    );
  const bounds: [string, number | undefined, number, number][] = [
    ["batchSize", mapping.batchSize, 1, streams.mostRecordsOfBatch],
    ["maximumBatchingWindowInSeconds", mapping.windowSeconds, 0, streams.longestWindow],
    ["maximumRetryAttempts", number(inputs.maximumRetryAttempts), -1, streams.mostRetries],
    ["maximumRecordAgeInSeconds", number(inputs.maximumRecordAgeInSeconds), -1, streams.oldestRecord],
    ["parallelizationFactor", number(inputs.parallelizationFactor), 1, streams.mostParallel],
  ];
  for (const [name, value, least, most] of bounds)
    if (value !== undefined && !(value >= least && value <= most))
      found.push(`its ${name} of ${value} must be from ${least} to ${most}`);
  found.push(...tooManyFilters(mapping));
  if (mapping.onFailure !== undefined && !DESTINATION.test(mapping.onFailure))
    found.push(`records that it gives up can be told to queues and topics here, not to ${mapping.onFailure}`);
  return found;
}

/** Lambda asks for all four when it makes the mapping. */
function roleMistake({ streamArn, roleArn }: StreamMapping, recording: Recording): string[] {
  for (const action of ACTIONS) {
    const call = { action: `dynamodb:${action}`, resource: streamArn, context: {} };
    const hint = missingOfRole(roleArn, call, recording);
    if (hint !== undefined)
      return [
        `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM. ${hint}`,
      ];
  }
  return [];
}
