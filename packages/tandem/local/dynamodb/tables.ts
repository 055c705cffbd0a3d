/** Brings the tables on disk to what the program declares, without ever dropping an item. */
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import { createTable } from "./create-table.ts";
import type { DynamodbError } from "./dynamodb-error.ts";
import { Rebuild, UnfitItem } from "./rebuild.ts";
import type { Store } from "./store.ts";
import type { Streams } from "./streams/streams.ts";
import type {
  AttributeDefinition,
  CreateTableInput,
  IndexDefinition,
  ItemDefinition,
  TableDefinition,
} from "./table-definitions.ts";
import { describe, keyOf } from "./table-keys.ts";

/** What DescribeTable says of a table, as far as it is compared. */
interface TableDescription {
  KeySchema: CreateTableInput["KeySchema"];
  AttributeDefinitions: AttributeDefinition[];
  GlobalSecondaryIndexes?: IndexDefinition[];
  LocalSecondaryIndexes?: IndexDefinition[];
}

/** Creates what is missing, rebuilds what has other global indexes. Returns the names of tables on disk that the program no longer declares. */
export async function reconcile(store: Store, wanted: readonly TableDefinition[]): Promise<string[]> {
  const rebuild = new Rebuild(store, createTable);
  const unfinished = rebuild.unfinished();
  for (const name of unfinished)
    await rebuild.finish(name, wanted.find(({ create }) => create.TableName === name)?.create);
  const existing = await listTables(store);
  for (const { create } of wanted) {
    if (!existing.includes(create.TableName)) {
      await createTable(store, create);
      continue;
    }
    const table = await describe<TableDescription>(store.run, create.TableName);
    refuseChange(create, table);
    if (indexes(create) === indexes(table)) continue;
    await rebuild.run(create).catch((error: Error) => {
      throw error instanceof UnfitItem
        ? new RefusedDeclaration(`Table ${create.TableName}: ${error.message}.`)
        : error;
    });
  }
  return existing.filter((name) => !wanted.some(({ create }) => create.TableName === name));
}

/** Puts items that are not there yet; what a run made of one since is left alone. */
export async function putMissing(
  store: Store,
  streams: Streams,
  items: readonly ItemDefinition[],
): Promise<void> {
  for (const { table, item } of items) {
    const Table = await describe(store.run, table);
    const put = {
      TableName: table,
      Item: item,
      ConditionExpression: "attribute_not_exists(#key)",
      ExpressionAttributeNames: { "#key": Table.KeySchema[0]?.AttributeName },
    };
    const target = { table, key: keyOf(Table, item) };
    await store
      .alone((run) => streams.around(run, [target], () => run("PutItem", put)))
      .catch((error: DynamodbError) => {
        if (error.code !== "ConditionalCheckFailedException") {
          throw new RefusedDeclaration(`Item of table ${table}: ${error.message}`);
        }
      });
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

/** Other keys make another table of it, in DynamoDB as well. */
function refuseChange(wanted: CreateTableInput, existing: TableDescription): void {
  const [now, before] = [keys(wanted), keys(existing)];
  if (now === before) return;
  throw new RefusedDeclaration(
    `Table ${wanted.TableName} is kept here with ${before}; the program now declares it with ${now}. ` +
      "Start once with --reset to begin with empty stores, or give the table another name.",
  );
}

/** What DynamoDB never changes in place, in words: both compared and shown. */
function keys(table: TableDescription): string {
  return [keySchema(table.KeySchema, table), ...indexList(table.LocalSecondaryIndexes, table)].join("; ");
}

function indexes(table: TableDescription): string {
  return indexList(table.GlobalSecondaryIndexes, table).join("; ");
}

function indexList(list: IndexDefinition[] = [], table: TableDescription): string[] {
  return list
    .map(({ IndexName, KeySchema, Projection }) => {
      const others = [...(Projection.NonKeyAttributes ?? [])].sort().join(" ");
      return `index ${IndexName} on ${keySchema(KeySchema, table)}, ${Projection.ProjectionType} ${others}`.trim();
    })
    .sort();
}

function keySchema(
  schema: CreateTableInput["KeySchema"],
  { AttributeDefinitions }: TableDescription,
): string {
  const typeOf = (name: string) =>
    AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return schema
    .map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName} (${typeOf(AttributeName)})`)
    .join(", ");
}
