/** What Lambda refuses when the mapping of a stream is created, found before it is run here. */
import { declared } from "../../../program/reading/resources.ts";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { readsStream, TABLE } from "../../dynamodb/table-definitions.ts";
import {
  filterRefusal,
  MappedPairs,
  type MappingMistake,
  type MappingRefusal,
  refusalsOf,
} from "../mappings.ts";
import { streamMapping } from "../streams/mappings.ts";
import { roleMistake, settingMistakes } from "../streams/setting-mistakes.ts";

const POSITIONS = ["LATEST", "TRIM_HORIZON"];
const ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"];

export function streamRefusals(recording: Recording): MappingRefusal[] {
  const pairs = new MappedPairs();
  return refusalsOf(recording, (resource) => {
    const found = sourceMistake(resource, recording);
    if (!readsStream(resource)) return found;
    const mapping = streamMapping(resource, recording);
    const others = [
      ...settingMistakes(resource, mapping, POSITIONS),
      ...roleMistake(mapping, recording, "dynamodb", ACTIONS),
    ];
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
