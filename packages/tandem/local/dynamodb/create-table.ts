import { setTimeout as pause } from "node:timers/promises";
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import type { RunningTables } from "./rebuild.ts";
import type { CreateTableInput } from "./table-definitions.ts";

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
  for (;;) {
    const { Table } = await store.run<{ Table: { TableStatus: string } }>("DescribeTable", { TableName });
    if (Table.TableStatus === "ACTIVE") return;
    await pause(1);
  }
}
