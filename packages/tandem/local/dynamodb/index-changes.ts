/** Global indexes that a call adds to a table or takes from it. */
import { isObject, type JsonObject } from "../../shared/json.ts";
import { createTable, settled } from "./create-table.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import { Rebuild, UnfitItem } from "./rebuild.ts";
import type { Store } from "./store.ts";
import type { AttributeDefinition, CreateTableInput, IndexDefinition } from "./table-definitions.ts";
import { describe } from "./table-keys.ts";
import { checkUpdate, mistakeOfTable } from "./well-formed.ts";

/** What DescribeTable says, as far as a table is made anew of it. */
interface TableDescription extends Omit<CreateTableInput, "BillingMode"> {
  BillingModeSummary?: { BillingMode: CreateTableInput["BillingMode"] };
}

interface IndexChange {
  Create?: IndexDefinition;
  Delete?: { IndexName: string };
}

/** Those updates that dynalite takes in silence, changing nothing. */
export function indexChanges({ GlobalSecondaryIndexUpdates: updates }: JsonObject): JsonObject[] {
  return (Array.isArray(updates) ? updates : [])
    .filter(isObject)
    .filter(({ Create, Delete }) => isObject(Create) || isObject(Delete));
}

/**
 * Makes the table anew with its items while nobody else reads or writes. The answer to the call is that of a table whose index is being
 * made; the next one finds it made.
 */
export async function changeIndexes(store: Store, input: JsonObject): Promise<JsonObject> {
  const { TableName, AttributeDefinitions = [] } = input;
  const GlobalSecondaryIndexUpdates = indexChanges(input);
  return store.alone(async (run) => {
    const asked = GlobalSecondaryIndexUpdates.map(withThroughput);
    checkUpdate({ TableName, GlobalSecondaryIndexUpdates: asked });
    // Dynalite writes a table once more after it has answered an update of it.
    const table = await settled<TableDescription>(run, TableName);
    const create = changed(
      table,
      GlobalSecondaryIndexUpdates as unknown as IndexChange[],
      AttributeDefinitions as AttributeDefinition[],
    );
    const mistake = mistakeOfTable(create);
    if (mistake !== undefined) throw refusal("ValidationException", mistake);
    await new Rebuild({ folder: store.folder, run }, createTable).run(create).catch((error: Error) => {
      throw error instanceof UnfitItem ? refusal("ValidationException", error.message) : error;
    });
    return asBeingChanged(table, await describe<TableDescription>(run, TableName));
  });
}

/** Dynalite asks for one also where nothing is paid for it. */
function withThroughput({ Create, ...others }: JsonObject): JsonObject {
  const ProvisionedThroughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  return isObject(Create) ? { ...others, Create: { ProvisionedThroughput, ...Create } } : others;
}

function changed(
  table: TableDescription,
  changes: readonly IndexChange[],
  added: readonly AttributeDefinition[],
): CreateTableInput {
  if (changes.length > 1)
    throw refusal(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  const { TableName, KeySchema, BillingModeSummary, LocalSecondaryIndexes: locals = [] } = table;
  const BillingMode = BillingModeSummary?.BillingMode ?? "PROVISIONED";
  const onDemand = BillingMode === "PAY_PER_REQUEST";
  const globals = changes.reduce(applied, table.GlobalSecondaryIndexes ?? []);
  const unpaid = onDemand ? undefined : globals.find((index) => !index.ProvisionedThroughput);
  if (unpaid)
    throw refusal(
      "ValidationException",
      `One or more parameter values were invalid: ProvisionedThroughput must be specified for index: ${unpaid.IndexName}`,
    );
  const indexes = [...globals, ...locals];
  const used = new Set([{ KeySchema }, ...indexes].flatMap((one) => one.KeySchema).map(nameOf));
  return {
    TableName,
    KeySchema,
    AttributeDefinitions: merged(table.AttributeDefinitions, added).filter((one) => used.has(nameOf(one))),
    BillingMode,
    ...throughputOf(table, onDemand),
    ...(globals.length > 0
      ? {
          GlobalSecondaryIndexes: globals.map((index) => ({
            ...parts(index),
            ...throughputOf(index, onDemand),
          })),
        }
      : {}),
    ...(locals.length > 0 ? { LocalSecondaryIndexes: locals.map(parts) } : {}),
  };
}

function applied(indexes: readonly IndexDefinition[], { Create, Delete }: IndexChange): IndexDefinition[] {
  const isThere = (name: string) => indexes.some(({ IndexName }) => IndexName === name);
  if (Delete) {
    if (!isThere(Delete.IndexName))
      throw refusal("ResourceNotFoundException", "Requested resource not found");
    return indexes.filter(({ IndexName }) => IndexName !== Delete.IndexName);
  }
  if (!Create) return [...indexes];
  if (isThere(Create.IndexName))
    throw refusal(
      "ValidationException",
      `Attempting to create an index which already exists: ${Create.IndexName}`,
    );
  return [...indexes, Create];
}

function merged(
  known: readonly AttributeDefinition[],
  added: readonly AttributeDefinition[],
): AttributeDefinition[] {
  for (const { AttributeName, AttributeType } of added) {
    const before = known.find((one) => one.AttributeName === AttributeName);
    if (before && before.AttributeType !== AttributeType)
      throw refusal(
        "ValidationException",
        `Attribute ${AttributeName} is of type ${before.AttributeType} in this table, and of type ${AttributeType} in the request`,
      );
  }
  return [...known, ...added.filter((one) => !known.some((other) => nameOf(other) === nameOf(one)))];
}

const nameOf = ({ AttributeName }: { AttributeName: string }) => AttributeName;

const parts = ({ IndexName, KeySchema, Projection }: IndexDefinition): IndexDefinition => ({
  IndexName,
  KeySchema,
  Projection,
});

function throughputOf(
  { ProvisionedThroughput }: Pick<IndexDefinition, "ProvisionedThroughput">,
  onDemand: boolean,
): Pick<IndexDefinition, "ProvisionedThroughput"> {
  if (!ProvisionedThroughput || onDemand) return {};
  const { ReadCapacityUnits, WriteCapacityUnits } = ProvisionedThroughput;
  return { ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits } };
}

function asBeingChanged(before: TableDescription, after: TableDescription): JsonObject {
  const [old = [], now = []] = [before.GlobalSecondaryIndexes, after.GlobalSecondaryIndexes];
  const isIn = (list: readonly IndexDefinition[], name: string) =>
    list.some(({ IndexName }) => IndexName === name);
  const indexes = [
    ...now.map((one) =>
      isIn(old, one.IndexName) ? one : { ...one, IndexStatus: "CREATING", Backfilling: false },
    ),
    ...old.filter((one) => !isIn(now, one.IndexName)).map((one) => ({ ...one, IndexStatus: "DELETING" })),
  ];
  return { ...after, TableStatus: "UPDATING", GlobalSecondaryIndexes: indexes };
}

function refusal(code: string, reason: string): DynamodbError {
  return new DynamodbError("UpdateTable", code, reason);
}
