/** Writes items in DynamoDB's batches of 25; what the table did not take is sent again, later and later. */
import { setTimeout as pause } from "node:timers/promises";
import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { send } from "../stores/dynamo.ts";
import { StoreUnavailable } from "../stores/failures.ts";
import type { Item } from "./item.ts";

/** Most that BatchWriteItem takes in one call. */
export const BATCH_SIZE = 25;

/** With pauses of at most 0.1, 0.2, 0.4 … 5 s: about half a minute in all before giving up. */
const MAX_ATTEMPTS = 10;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** @param items at most 25, no two with the same key: DynamoDB refuses both. */
export async function writeBatch(
  table: string,
  items: Item[],
  random: () => number = Math.random,
): Promise<void> {
  let left: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 0; left.length > 0; attempt++) {
    if (attempt === MAX_ATTEMPTS) {
      throw new StoreUnavailable(`${left.length} items were not taken in ${MAX_ATTEMPTS} attempts`);
    }
    // Full jitter: many writers that were throttled together do not come back together.
    if (attempt > 0) await pause(random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)));
    const { UnprocessedItems } = await send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
  }
}
