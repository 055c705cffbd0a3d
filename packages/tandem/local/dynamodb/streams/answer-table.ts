/** Calls about tables, with what dynalite does not know of them: their streams, and changes of global indexes. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { DynamodbError } from "../dynamodb-error.ts";
import type { Store } from "../store.ts";
import { describe } from "../table-keys.ts";
import type { Streams } from "./streams.ts";

interface Tables {
  store: Store;
  streams: Streams;
}

export async function answerTable(tables: Tables, operation: string, input: JsonObject): Promise<JsonObject> {
  const { store, streams } = tables;
  const { StreamSpecification: wanted, ...rest } = input;
  const table = String(input.TableName);
  await refuseOtherIndexes(store, input);
  const before = streams.of(table);
  const output = await (isObject(wanted) && operation === "UpdateTable" && changesNothing(rest)
    ? describe((...call) => store.run(...call), table).then((Table) => ({ TableDescription: Table }))
    : store.run<JsonObject>(operation, rest));
  if (isObject(wanted) && wanted.StreamEnabled === true) await streams.enable(table, wanted.StreamViewType);
  else if (operation === "DeleteTable" || isObject(wanted)) await streams.disable(table);
  const stream = streams.of(table) ?? (operation === "DeleteTable" ? before : undefined);
  if (!stream) return output;
  const described = {
    StreamSpecification: { StreamEnabled: true, StreamViewType: stream.viewType },
    LatestStreamArn: stream.arn,
    LatestStreamLabel: stream.label,
  };
  const part = operation === "DescribeTable" ? "Table" : "TableDescription";
  return { ...output, [part]: { ...((output as JsonObject)[part] as object), ...described } };
}

/** Nothing but the stream. Dynalite refuses an update that changes nothing. */
function changesNothing({ TableName, AttributeDefinitions, ...changes }: JsonObject): boolean {
  return Object.keys(changes).length === 0;
}

/** Dynalite takes them in silence and changes nothing. */
async function refuseOtherIndexes(store: Store, input: JsonObject): Promise<void> {
  const updates = Array.isArray(input.GlobalSecondaryIndexUpdates) ? input.GlobalSecondaryIndexUpdates : [];
  const others = updates.filter(isObject).filter(({ Create, Delete }) => Create ?? Delete);
  if (others.length === 0) return;
  const { GlobalSecondaryIndexes = [] } = await describe((...call) => store.run(...call), input.TableName);
  const known = GlobalSecondaryIndexes.map(({ IndexName }) => IndexName);
  for (const { Delete } of others)
    if (isObject(Delete) && !known.includes(String(Delete.IndexName)))
      throw new DynamodbError("UpdateTable", "ResourceNotFoundException", "Requested resource not found");
  throw new DynamodbError(
    "UpdateTable",
    "ValidationException",
    "The local DynamoDB adds and removes no global index by a call: the program says which a table has",
  );
}
