/** What a bucket tells the default bus of an object. */
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import { type BusEvent, busEvent } from "../../deliveries/bus-event.ts";
import type { ObjectEvent } from "../../queues-and-buckets/events.ts";
import type { Occurrence } from "./notifications.ts";

/** Of a notification's event → the call that it comes from, as EventBridge names it. */
const REASONS: Record<string, string> = {
  "ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
  "ObjectCreated:Copy": "CopyObject",
  "ObjectCreated:Post": "POST Object",
  "ObjectCreated:Put": "PutObject",
};

const TAGGED: Record<string, string> = {
  "ObjectTagging:Put": "Object Tags Added",
  "ObjectTagging:Delete": "Object Tags Deleted",
};

export function busEventOf(
  { name, bucket, key, size, etag, versionId, region }: ObjectEvent,
  { time, requestId, sequencer }: Occurrence,
): BusEvent {
  const created = name.startsWith("ObjectCreated:");
  const marker = name === "ObjectRemoved:DeleteMarkerCreated";
  const tagging = name.startsWith("ObjectTagging:");
  const detail = {
    version: "0",
    bucket: { name: bucket },
    // Here as it is, not as in a form.
    object: {
      key,
      ...(created ? { size, etag } : {}),
      ...(marker ? { etag } : {}),
      ...(versionId === undefined ? {} : { "version-id": versionId }),
      ...(tagging ? { etag } : { sequencer }),
    },
    "request-id": requestId,
    requester: ACCOUNT_ID,
    "source-ip-address": "127.0.0.1",
    ...(created ? { reason: REASONS[name] ?? "PutObject" } : {}),
    ...(created || tagging
      ? {}
      : {
          reason: "DeleteObject",
          "deletion-type": marker ? "Delete Marker Created" : "Permanently Deleted",
        }),
  };
  return busEvent({
    source: "aws.s3",
    detailType: TAGGED[name] ?? (created ? "Object Created" : "Object Deleted"),
    detail,
    region,
    resources: [`arn:aws:s3:::${bucket}`],
    time,
  });
}
