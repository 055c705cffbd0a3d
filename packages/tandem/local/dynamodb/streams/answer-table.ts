/** What calls about tables say of their streams, which dynalite does not know. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
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
