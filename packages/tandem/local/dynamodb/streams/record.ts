/** A record of a stream: what a write made of an item, as far as the stream's view shows it. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { readArn } from "../../../program/reading/arn.ts";
import type { JsonObject } from "../../../shared/json.ts";
import { sizeOf } from "../item-size.ts";
import type { ViewType } from "../table-definitions.ts";

export const VIEW_TYPES: readonly string[] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];

/** How an item was and is; null where there is none. */
export interface Change {
  key: JsonObject;
  before: JsonObject | null;
  after: JsonObject | null;
}

/** As the API of streams gives it. */
export interface StreamRecord {
  eventID: string;
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  eventVersion: "1.1";
  eventSource: "aws:dynamodb";
  awsRegion: string;
  dynamodb: {
    /** Seconds since 1970. */
    ApproximateCreationDateTime: number;
    Keys: JsonObject;
    NewImage?: JsonObject;
    OldImage?: JsonObject;
    SequenceNumber: string;
    SizeBytes: number;
    StreamViewType: ViewType;
  };
  /** Of an item that DynamoDB itself deleted, because its time was over. */
  userIdentity?: UserIdentity;
}

export interface UserIdentity {
  PrincipalId: string;
  Type: string;
}

export const EXPIRY: UserIdentity = { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" };

/** A write that changes nothing has no record. */
export function isChange({ before, after }: Change): boolean {
  return !isDeepStrictEqual(before, after);
}

export function streamRecord(
  { arn, viewType }: { arn: string; viewType: ViewType },
  { key, before, after }: Change,
  { sequence, time, identity }: { sequence: string; time: number; identity?: UserIdentity | undefined },
): StreamRecord {
  const showsNew = viewType === "NEW_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const showsOld = viewType === "OLD_IMAGE" || viewType === "NEW_AND_OLD_IMAGES";
  const images = {
    ...(after && showsNew ? { NewImage: after } : {}),
    ...(before && showsOld ? { OldImage: before } : {}),
  };
  const sizes = [key, ...Object.values(images)].map(sizeOf);
  return {
    eventID: createHash("md5").update(`${arn} ${sequence}`).digest("hex"),
    eventName: before === null ? "INSERT" : after === null ? "REMOVE" : "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: readArn(arn)?.region ?? "",
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(time / 1000),
      Keys: key,
      ...images,
      SequenceNumber: sequence,
      SizeBytes: sizes.reduce((sum, size) => sum + size, 0),
      StreamViewType: viewType,
    },
    ...(identity ? { userIdentity: identity } : {}),
  };
}
