/** Streams of Kinesis as the program declares them. */
import { MAPPING } from "../../program/reading/event-sources.ts";
import { declared } from "../../program/reading/resources.ts";
import { number, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import type { ReaderDefinition } from "../records/record-log.ts";

export const STREAM = "aws:kinesis/stream:Stream";

export interface KinesisStream {
  name: string;
  arn: string;
  retentionHours: number;
  isOnDemand: boolean;
}

const STANDARD_RETENTION = 24;

export function kinesisStreams(recording: Recording): KinesisStream[] {
  return declared(recording, STREAM).map(({ name, inputs, outputs }) => ({
    name: text(outputs.name) ?? name,
    arn: text(outputs.arn) ?? "",
    retentionHours: number(inputs.retentionPeriod) ?? STANDARD_RETENTION,
    isOnDemand: text(object(inputs.streamModeDetails).streamMode) === "ON_DEMAND",
  }));
}

/** Of mappings that read them, also of those that are switched off: they keep their place. */
export function kinesisReaders(recording: Recording): ReaderDefinition[] {
  return declared(recording, MAPPING)
    .filter(readsKinesis)
    .map(({ urn, inputs }) => ({
      name: urn,
      arn: text(inputs.eventSourceArn) ?? "",
      startsAt: text(inputs.startingPosition) === "LATEST" ? "LATEST" : "TRIM_HORIZON",
    }));
}

/** Whether a mapping reads one. */
export function readsKinesis({ inputs }: RecordedResource): boolean {
  return /^arn:[^:]+:kinesis:[^/]*:stream\//.test(text(inputs.eventSourceArn) ?? "");
}
