/** Deletes items past their time-to-live, which dynalite does not know. AWS takes up to days; here it is a minute. */
import type { Store } from "./store.ts";
import { EXPIRY } from "./streams/record.ts";
import type { Streams } from "./streams/streams.ts";
import { keyOf } from "./table-keys.ts";

type Item = Record<string, unknown>;

/** AWS leaves items alone whose time is further back: a wrong unit must not delete a table. */
const OLDEST_SECONDS = 5 * 365 * 24 * 60 * 60;

export interface ExpiringTable {
  create: { TableName: string; KeySchema: { AttributeName: string }[] };
  expiryAttribute?: string;
}

export interface Expiring {
  store: Store;
  streams: Streams;
}

export async function deleteExpired(
  { store, streams }: Expiring,
  table: ExpiringTable,
  now = Date.now(),
): Promise<void> {
  const { expiryAttribute, create } = table;
  if (!expiryAttribute) return;
  const seconds = Math.floor(now / 1000);
  const expired = {
    ExpressionAttributeNames: { "#expires": expiryAttribute },
    ExpressionAttributeValues: {
      ":oldest": { N: String(seconds - OLDEST_SECONDS) },
      ":now": { N: String(seconds) },
    },
  };
  const condition = "#expires BETWEEN :oldest AND :now";
  let start: Item | undefined;
  do {
    const page: { Items: Item[]; LastEvaluatedKey?: Item } = await store.run("Scan", {
      TableName: create.TableName,
      FilterExpression: condition,
      ...expired,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    for (const item of page.Items) {
      const target = { table: create.TableName, key: keyOf(create, item) };
      const deletion = {
        TableName: target.table,
        Key: target.key,
        ConditionExpression: condition,
        ...expired,
      };
      await store
        .alone((run) => streams.around(run, [target], () => run("DeleteItem", deletion), EXPIRY))
        .catch(ignoreRenewed);
    }
    start = page.LastEvaluatedKey;
  } while (start);
}

/** Between the scan and the deletion an item may have been given more time. */
function ignoreRenewed(error: Error & { code?: string }): void {
  if (error.code !== "ConditionalCheckFailedException") throw error;
}
