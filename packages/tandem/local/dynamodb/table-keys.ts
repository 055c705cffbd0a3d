/** Which attributes of an item are its key, as the store knows its table. */
import type { JsonObject } from "../../shared/json.ts";
import type { Run } from "./store.ts";

export interface Described {
  KeySchema: { AttributeName: string }[];
  GlobalSecondaryIndexes?: { IndexName: string }[];
  LocalSecondaryIndexes?: unknown[];
}

/** Rejects with a DynamodbError where there is no such table. */
export async function describe<Table = Described>(run: Run, TableName: unknown): Promise<Table> {
  return (await run<{ Table: Table }>("DescribeTable", { TableName })).Table;
}

export function keyOf({ KeySchema }: Described, item: JsonObject): JsonObject {
  return Object.fromEntries(KeySchema.map(({ AttributeName: name }) => [name, item[name]]));
}
