/** Streams of Kinesis as the program declares them. */
import { declared } from "../../program/reading/resources.ts";
import { number, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";

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
    isOnDemand:
      text((inputs.streamModeDetails as { streamMode?: unknown } | undefined)?.streamMode as never) ===
      "ON_DEMAND",
  }));
}

/** Whether a mapping reads one. */
export function readsKinesis({ inputs }: RecordedResource): boolean {
  return /^arn:[^:]+:kinesis:[^/]*:stream\//.test(text(inputs.eventSourceArn) ?? "");
}
