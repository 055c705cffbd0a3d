/** Brings the tables on disk to what the program declares, without ever dropping an item. */
import { setTimeout as pause } from "node:timers/promises";
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import { DynamodbError, type Store } from "./store.ts";
import type {
  AttributeDefinition,
  CreateTableInput,
  IndexDefinition,
  ItemDefinition,
  TableDefinition,
} from "./table-definitions.ts";

/** What DescribeTable says of a table, as far as it is compared. */
interface TableDescription {
  KeySchema: CreateTableInput["KeySchema"];
  AttributeDefinitions: AttributeDefinition[];
  GlobalSecondaryIndexes?: IndexDefinition[];
  LocalSecondaryIndexes?: IndexDefinition[];
}

/** Creates what is missing. Returns the names of tables on disk that the program no longer declares. */
export async function reconcile(store: Store, wanted: readonly TableDefinition[]): Promise<string[]> {
  const existing = await listTables(store);
  for (const { create } of wanted) {
    if (!existing.includes(create.TableName)) {
      await createTable(store, create);
      continue;
    }
    const { Table } = await store.run<{ Table: TableDescription }>("DescribeTable", {
      TableName: create.TableName,
    });
    refuseChange(create, Table);
  }
  return existing.filter((name) => !wanted.some(({ create }) => create.TableName === name));
}

/** Puts items that are not there yet; what a run made of one since is left alone. */
export async function putMissing(store: Store, items: readonly ItemDefinition[]): Promise<void> {
  for (const { table, item } of items) {
    const { Table } = await store.run<{ Table: TableDescription }>("DescribeTable", { TableName: table });
    const put = {
      TableName: table,
      Item: item,
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": Table.KeySchema[0]?.AttributeName },
    };
    await store.run("PutItem", put).catch((error: DynamodbError) => {
      if (error.code !== "ConditionalCheckFailedException") {
        throw new RefusedDeclaration(`Item of table ${table}: ${error.message}`);
      }
    });
  }
}

/** Resolves once the table takes items: like DynamoDB, dynalite answers before that. */
async function createTable(store: Store, create: CreateTableInput): Promise<void> {
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

export async function listTables(store: Store): Promise<string[]> {
  const names: string[] = [];
  let last: string | undefined;
  do {
    const page: { TableNames: string[]; LastEvaluatedTableName?: string } = await store.run("ListTables", {
      ...(last ? { ExclusiveStartTableName: last } : {}),
    });
    names.push(...page.TableNames);
    last = page.LastEvaluatedTableName;
  } while (last);
  return names;
}

function refuseChange(wanted: CreateTableInput, existing: TableDescription): void {
  const [now, before] = [shape(wanted), shape(existing)];
  if (now === before) return;
  throw new RefusedDeclaration(
    `Table ${wanted.TableName} is kept here with ${before}; the program now declares it with ${now}. ` +
      "Start once with --reset to begin with empty stores, or give the table another name.",
  );
}

/** In words: both compared and shown. */
function shape(table: TableDescription): string {
  const types = new Map(
    table.AttributeDefinitions.map((attribute) => [attribute.AttributeName, attribute.AttributeType]),
  );
  const keys = (schema: CreateTableInput["KeySchema"]) =>
    schema
      .map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName} (${types.get(AttributeName)})`)
      .join(", ");
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])]
    .map(({ IndexName, KeySchema, Projection }) => {
      const others = [...(Projection.NonKeyAttributes ?? [])].sort().join(" ");
      return `index ${IndexName} on ${keys(KeySchema)}, ${Projection.ProjectionType} ${others}`.trim();
    })
    .sort();
  return [keys(table.KeySchema), ...indexes].join("; ");
}
