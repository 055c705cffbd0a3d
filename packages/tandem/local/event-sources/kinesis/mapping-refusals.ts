/** What Lambda refuses when the mapping of a stream of Kinesis is created, found before it is run here. */
import { text } from "../../../program/reading/value.ts";
import type { Recording } from "../../../program/recording.ts";
import { kinesisStreams, readsKinesis } from "../../kinesis/declared.ts";
import { filterRefusal, MappedPairs, type MappingRefusal, refusalsOf } from "../mappings.ts";
import { streamMapping } from "../streams/mappings.ts";
import { roleMistake, settingMistakes } from "../streams/setting-mistakes.ts";

/** AT_TIMESTAMP is AWS's too, and does not run here. */
const POSITIONS = ["LATEST", "TRIM_HORIZON"];
const ACTIONS = ["GetRecords", "GetShardIterator", "DescribeStream", "ListShards"];

export function kinesisRefusals(recording: Recording): MappingRefusal[] {
  const pairs = new MappedPairs();
  const streams = new Set(kinesisStreams(recording).map(({ arn }) => arn));
  return refusalsOf(recording, (resource) => {
    if (!readsKinesis(resource)) return [];
    const mapping = streamMapping(resource, recording);
    const { streamArn, functionName } = mapping;
    const source = streams.has(streamArn)
      ? undefined
      : `Stream not found: ${streamArn} is none of this program`;
    const leftOut = [source, filterRefusal(resource)].flatMap((why) => why ?? []);
    const others = [
      ...settingMistakes(resource, mapping, POSITIONS),
      ...roleMistake(mapping, recording, "kinesis", ACTIONS),
    ];
    return [
      ...leftOut.map((why) => ({ why, isLeftOut: true })),
      ...pairs.mistakes("stream", text(resource.inputs.eventSourceArn) ?? "", functionName),
      ...others.map((why) => ({ why, isLeftOut: false })),
    ];
  });
}
