/** Calls about tables, with what dynalite does not know of them: their streams, and changes of global indexes. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { changeIndexes, indexChanges } from "../index-changes.ts";
import type { Store } from "../store.ts";
import { describe } from "../table-keys.ts";
import type { Streams } from "./streams.ts";

interface Tables {
  store: Store;
  streams: Streams;
}

export async function answerTable(tables: Tables, operation: string, input: JsonObject): Promise<JsonObject> {
  const { store, streams } = tables;
  const { StreamSpecification: wanted, ...all } = input;
  const table = String(input.TableName);
  const isUpdate = operation === "UpdateTable";
  const changed = isUpdate && indexChanges(input).length > 0 ? await changeIndexes(store, input) : undefined;
  const rest = changed ? withoutIndexes(all) : all;
  const before = streams.of(table);
  const output =
    isUpdate && (changed || isObject(wanted)) && changesNothing(rest)
      ? { TableDescription: changed ?? (await describe(store.run, table)) }
      : await store.run<JsonObject>(operation, rest);
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

/** What is left of an update for dynalite once its indexes are there. */
function withoutIndexes({
  AttributeDefinitions,
  GlobalSecondaryIndexUpdates,
  ...rest
}: JsonObject): JsonObject {
  const updates = (Array.isArray(GlobalSecondaryIndexUpdates) ? GlobalSecondaryIndexUpdates : []).filter(
    (update) => isObject(update) && isObject(update.Update),
  );
  return updates.length > 0 ? { ...rest, GlobalSecondaryIndexUpdates: updates } : rest;
}

/** Nothing but the stream. Dynalite refuses an update that changes nothing. */
function changesNothing({ TableName, AttributeDefinitions, ...changes }: JsonObject): boolean {
  return Object.keys(changes).length === 0;
}
