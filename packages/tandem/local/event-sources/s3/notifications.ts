/** The notifications of buckets: which events of which objects go to whom. */

import { NOTIFICATION } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { flag, list, object, text } from "../../../program/reading/value.ts";
import type { Recording, Value } from "../../../program/recording.ts";
import type { ObjectEvent } from "../../queues-and-buckets/events.ts";

export interface Notification {
  bucket: string;
  /** Name of the configuration in the event. */
  id: string;
  target: { kind: "function" | "queue" | "topic" | "bus"; arn: string };
  /** e.g. `s3:ObjectCreated:*`. */
  events: string[];
  prefix: string;
  suffix: string;
}

/** A bucket tells the default bus of all that becomes of its objects. */
const EVERYTHING: Omit<Notification, "bucket" | "id"> = {
  target: { kind: "bus", arn: "the default event bus" },
  events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*"],
  prefix: "",
  suffix: "",
};

export function notifications(recording: Recording): Notification[] {
  return declared(recording, NOTIFICATION).flatMap(({ name, inputs }) => {
    const bucket = text(inputs.bucket) ?? "";
    const of = (kind: Notification["target"]["kind"], settings: Value, arn: string): Notification => {
      const { id, events, filterPrefix, filterSuffix, [arn]: target } = object(settings);
      return {
        bucket,
        id: text(id) ?? name,
        target: { kind, arn: text(target) ?? "" },
        events: list(events).map((event) => text(event) ?? ""),
        prefix: text(filterPrefix) ?? "",
        suffix: text(filterSuffix) ?? "",
      };
    };
    return [
      ...list(inputs.lambdaFunctions).map((settings) => of("function", settings, "lambdaFunctionArn")),
      ...list(inputs.queues).map((settings) => of("queue", settings, "queueArn")),
      ...list(inputs.topics).map((settings) => of("topic", settings, "topicArn")),
      ...(flag(inputs.eventbridge) ? [{ ...EVERYTHING, bucket, id: name }] : []),
    ];
  });
}

export function concerns({ bucket, events, prefix, suffix }: Notification, event: ObjectEvent): boolean {
  if (event.bucket !== bucket || !event.key.startsWith(prefix) || !event.key.endsWith(suffix)) return false;
  return events.some((wanted) => {
    const name = wanted.replace(/^s3:/, "");
    return name === event.name || (name.endsWith(":*") && event.name.startsWith(name.slice(0, -1)));
  });
}

export interface Occurrence {
  time: Date;
  requestId: string;
  /** Grows from event to event of an object. */
  sequencer: string;
}

/** The event as S3 sends it. */
export function s3Event(
  event: ObjectEvent,
  { id }: Notification,
  { time, requestId, sequencer }: Occurrence,
): object {
  const { name, bucket, key, size, etag, versionId, region } = event;
  const isTagging = name.startsWith("ObjectTagging:");
  const stored = {
    ...(size === undefined ? {} : { size }),
    ...(etag === undefined ? {} : { eTag: etag }),
    ...(versionId === undefined ? {} : { versionId }),
    ...(isTagging ? {} : { sequencer }),
  };
  return {
    Records: [
      {
        eventVersion: isTagging ? "2.3" : "2.1",
        eventSource: "aws:s3",
        awsRegion: region,
        eventTime: time.toISOString(),
        eventName: name,
        userIdentity: { principalId: "AWS:LOCAL" },
        requestParameters: { sourceIPAddress: "127.0.0.1" },
        responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": "local" },
        s3: {
          s3SchemaVersion: "1.0",
          configurationId: id,
          bucket: { name: bucket, ownerIdentity: { principalId: "LOCAL" }, arn: `arn:aws:s3:::${bucket}` },
          // As in a form: slashes too stay as they are.
          object: { key: formEncoded(key), ...stored },
        },
      },
    ],
  };
}

/** What S3 sends to a queue or a topic once a notification is made: it has no `Records`. */
export function testEvent(
  { bucket }: Notification,
  { time, requestId }: Omit<Occurrence, "sequencer">,
): object {
  return {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: time.toISOString(),
    Bucket: bucket,
    RequestId: requestId,
    HostId: "local",
  };
}

function formEncoded(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/");
}
