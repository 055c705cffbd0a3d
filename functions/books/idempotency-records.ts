/**
 * Keeps what an `Idempotency-Key` stands for: which body came first with it and which book that became. The book's id is
 * chosen when the key is first recorded, so a second attempt at a record that was never finished adds that very book, or finds
 * it added; nothing waits for an attempt that crashed (docs/decisions/028-idempotency-key.md).
 */
import { createHash } from "node:crypto";
import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { send, unlessRefused } from "../stores/dynamo.ts";
import { StoreUnavailable } from "../stores/failures.ts";
import type { NewBook } from "./schema.ts";
import { newOrigin, type Origin } from "./store.ts";

/** Seconds: a day. The table drops records some time after that; one past its time counts as dropped. */
const KEPT = 24 * 60 * 60;

export interface IdempotencyRecord extends Origin {
  digest: string;
  /** The book was added, and may have been changed or deleted since. */
  finished: boolean;
}

export const digestOf = (book: NewBook) => createHash("sha256").update(JSON.stringify(book)).digest("hex");

/** The record of this key: a new one for this book, or the one that was there before. */
export async function recordKey(TableName: string, key: string, book: NewBook): Promise<IdempotencyRecord> {
  const mine: IdempotencyRecord = { ...newOrigin(), digest: digestOf(book), finished: false };
  const now = Math.floor(Date.now() / 1_000);
  const isNew = await unlessRefused(
    send(
      new PutItemCommand({
        TableName,
        Item: toItem(key, mine, now + KEPT),
        ConditionExpression: "attribute_not_exists(#key) OR #expiresAt < :now",
        ExpressionAttributeNames: { "#key": "key", "#expiresAt": "expiresAt" },
        ExpressionAttributeValues: { ":now": { N: String(now) } },
      }),
    ),
  );
  if (isNew) return mine;
  const { Item } = await send(
    new GetItemCommand({ TableName, Key: { key: { S: key } }, ConsistentRead: true }),
  );
  // The table dropped it between the two calls, a day after it was made: as good as a store that was away.
  if (!Item) throw new StoreUnavailable(`Idempotency record ${key} expired while it was read`);
  return fromItem(Item);
}

export async function finish(TableName: string, key: string): Promise<void> {
  await unlessRefused(
    send(
      new UpdateItemCommand({
        TableName,
        Key: { key: { S: key } },
        UpdateExpression: "SET #finished = :true",
        // Without it, a record dropped meanwhile would come back as half an item that never expires.
        ConditionExpression: "attribute_exists(#key)",
        ExpressionAttributeNames: { "#key": "key", "#finished": "finished" },
        ExpressionAttributeValues: { ":true": { BOOL: true } },
      }),
    ),
  );
}

function toItem(key: string, { id, createdAt, digest, finished }: IdempotencyRecord, expiresAt: number) {
  return {
    key: { S: key },
    id: { S: id },
    createdAt: { S: createdAt.toISOString() },
    digest: { S: digest },
    finished: { BOOL: finished },
    expiresAt: { N: String(expiresAt) },
  };
}

function fromItem(item: Record<string, AttributeValue>): IdempotencyRecord {
  return {
    id: item.id?.S ?? "",
    createdAt: new Date(item.createdAt?.S ?? ""),
    digest: item.digest?.S ?? "",
    finished: item.finished?.BOOL === true,
  };
}
