import { setTimeout as pause } from "node:timers/promises";
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import type { RunningTables } from "./rebuild.ts";
import type { Run } from "./store.ts";
import type { CreateTableInput } from "./table-definitions.ts";
import { type Described, describe } from "./table-keys.ts";

interface WithStates {
  TableStatus: string;
  GlobalSecondaryIndexes?: { IndexStatus: string }[];
}

/** Resolves once the table takes items: like DynamoDB, dynalite answers before that. */
export async function createTable(
  store: Pick<RunningTables, "run">,
  create: CreateTableInput,
): Promise<void> {
  const { TableName } = create;
  await store.run("CreateTable", create).catch((error: Error) => {
    throw error instanceof DynamodbError
      ? new RefusedDeclaration(`Table ${TableName}: ${error.message}`)
      : error;
  });
  await settled(store.run, TableName);
}

/** The table as it is described once it and its indexes are no longer being changed. */
export async function settled<Table = Described>(run: Run, TableName: unknown): Promise<Table> {
  for (;;) {
    const table = await describe<Table & WithStates>(run, TableName);
    const { TableStatus, GlobalSecondaryIndexes = [] } = table;
    const states = [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)];
    if (states.every((state) => state === "ACTIVE")) return table;
    await pause(1);
  }
}
