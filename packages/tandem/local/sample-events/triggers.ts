/** What calls a function besides routes: queues, streams, buckets, schedules, rules and function URLs of the program. */
import { isReferenceTo } from "../../program/reading/function-reference.ts";
import { declared } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { notifications } from "../event-sources/s3/notifications.ts";
import { schedules } from "../event-sources/scheduler/schedules.ts";
import { MAPPING } from "../event-sources/sqs/mappings.ts";
import { readFunctionUrls } from "../function-urls/declared.ts";

export interface Trigger {
  /** Name of its sample. */
  kind: "sqs" | "dynamodb" | "kinesis" | "s3" | "schedule" | "url";
  /** ARN of a queue, stream or schedule; name of a bucket; address of a function URL. */
  source: string;
  /** For a person, e.g. `messages of jobs`. */
  why: string;
}

export function triggersOf(functionName: string, recording: Recording): Trigger[] {
  const calls = (reference: string | undefined) => isReferenceTo(functionName, reference);
  return [
    ...declared(recording, MAPPING)
      .filter(({ inputs }) => calls(text(inputs.functionName)))
      .flatMap(({ inputs }) => polled(text(inputs.eventSourceArn) ?? "")),
    ...notifications(recording)
      .filter(({ target }) => target.kind === "function" && calls(target.arn))
      .map(({ bucket }): Trigger => ({ kind: "s3", source: bucket, why: `objects of ${bucket}` })),
    ...schedules(recording)
      .filter(({ targetArn }) => calls(targetArn))
      .map(({ arn, name, source }): Trigger => {
        const why = `${source === "aws.events" ? "rule" : "schedule"} ${name}`;
        return { kind: "schedule", source: arn, why };
      }),
    ...readFunctionUrls(recording)
      .filter(({ functionArn }) => calls(functionArn))
      .map(({ endpoint, name }): Trigger => ({ kind: "url", source: endpoint, why: `a request of ${name}` })),
  ];
}

function polled(source: string): Trigger[] {
  const service = /^arn:[^:]+:(sqs|dynamodb|kinesis):/.exec(source)?.[1];
  if (service === "sqs") return [{ kind: service, source, why: `messages of ${source.split(":").at(-1)}` }];
  if (service === "dynamodb") return [{ kind: service, source, why: `changes of ${source.split("/")[1]}` }];
  return service === "kinesis" ? [{ kind: service, source, why: `records of ${source.split("/")[1]}` }] : [];
}
