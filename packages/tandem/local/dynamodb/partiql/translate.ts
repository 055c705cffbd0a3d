/** A statement as one of DynamoDB's ordinary operations. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { DynamodbError } from "../dynamodb-error.ts";
import { Expressions } from "./expressions.ts";
import type { Condition, Path, Select, Write } from "./parse.ts";

/** Names of a table's key, or of an index's: the partition key, and where there is one the sort key. */
export type KeyNames = readonly string[];

export interface Translated {
  operation: "Query" | "Scan" | "PutItem" | "UpdateItem" | "DeleteItem";
  input: JsonObject;
}

/** A query where the statement says which partition it wants, else a scan. */
export function readOf(select: Select, [partition = "", sort]: KeyNames): Translated {
  const { table, index, where, order } = select;
  const parts = conjuncts(where);
  const ofPartition = parts.find((part) => equals(part, partition) !== undefined);
  const ofSort =
    sort === undefined ? undefined : parts.find((part) => part !== ofPartition && bounds(part, sort));
  const expressions = new Expressions();
  const keys = ofPartition ? [ofPartition, ofSort].filter((part) => part !== undefined) : [];
  const key = keys.map((part) => expressions.condition(part)).join(" AND ");
  const rest = parts.filter((part) => !keys.includes(part));
  const filter = rest.length > 0 ? expressions.condition({ kind: "and", parts: rest }) : "";
  if (order && (!ofPartition || ![partition, sort].includes(order.by)))
    throw invalid(
      "Must have WHERE clause in the statement when using ORDER BY clause, with an equality on the partition key; ORDER BY is of a key",
    );
  return {
    operation: ofPartition ? "Query" : "Scan",
    input: {
      TableName: table,
      ...(index === undefined ? {} : { IndexName: index }),
      ...(key ? { KeyConditionExpression: key } : {}),
      ...(filter ? { FilterExpression: filter } : {}),
      ...(order ? { ScanIndexForward: !order.isDescending } : {}),
      ...expressions.attributes,
    },
  };
}

/** The item that a statement is about; undefined where it does not say the whole key. */
export function wholeKey(where: Condition | undefined, keys: KeyNames): JsonObject | undefined {
  const parts = conjuncts(where);
  const found = keys.map((name) => [
    name,
    parts.map((part) => equals(part, name)).find((value) => value !== undefined),
  ]);
  return found.every(([, value]) => value !== undefined) ? Object.fromEntries(found) : undefined;
}

/** What a WHERE says besides the key. */
export function besidesKey(where: Condition | undefined, keys: KeyNames): Condition[] {
  return conjuncts(where).filter((part) => !keys.some((name) => equals(part, name) !== undefined));
}

export function writeOf(write: Write, keys: KeyNames): Translated {
  const { kind, table, where, returning, item } = write;
  const expressions = new Expressions();
  const [partition = ""] = keys;
  if (kind === "insert") {
    const ConditionExpression = `attribute_not_exists(${expressions.name(partition)})`;
    return {
      operation: "PutItem",
      input: { TableName: table, Item: item, ConditionExpression, ...expressions.attributes },
    };
  }
  const Key = wholeKey(where, keys);
  if (!Key) throw invalid("Where clause does not contain a mandatory equality on all key attributes");
  const update = kind === "update" ? { UpdateExpression: expressions.update(write) } : {};
  const conditions = besidesKey(where, keys).map((part) =>
    expressions.condition({ kind: "and", parts: [part] }),
  );
  // An update makes no item.
  if (kind === "update") conditions.unshift(`attribute_exists(${expressions.name(partition)})`);
  return {
    operation: kind === "update" ? "UpdateItem" : "DeleteItem",
    input: {
      TableName: table,
      Key,
      ...update,
      ...(conditions.length > 0 ? { ConditionExpression: conditions.join(" AND ") } : {}),
      ...(returning === undefined ? {} : { ReturnValues: returning }),
      ...expressions.attributes,
    },
  };
}

/** What a SELECT shows of an item: of a path its last name. */
export function projected(item: JsonObject, projection: readonly Path[]): JsonObject {
  if (projection.length === 0) return item;
  const shown = projection.map(({ parts }) => {
    const name = parts.findLast((part) => typeof part === "string") ?? "";
    return [name, at(item, parts)];
  });
  return Object.fromEntries(shown.filter(([, value]) => value !== undefined));
}

function at(item: JsonObject, [first, ...rest]: Path["parts"]): unknown {
  return rest.reduce<unknown>((value, part) => {
    const { M, L } = isObject(value) ? value : {};
    if (typeof part === "number") return Array.isArray(L) ? L[part] : undefined;
    return isObject(M) ? M[part] : undefined;
  }, item[first]);
}

function conjuncts(where: Condition | undefined): Condition[] {
  if (!where) return [];
  return where.kind === "and" ? where.parts.flatMap(conjuncts) : [where];
}

/** The value that a condition wants an attribute to have. */
function equals(condition: Condition, name: string): JsonObject | undefined {
  if (condition.kind !== "compare" || condition.operator !== "=") return undefined;
  const { left, right } = condition;
  return isName(left, name) && right.kind === "value" ? right.value : undefined;
}

/** Whether a query can take it as the condition of its sort key. */
function bounds(condition: Condition, name: string): boolean {
  if (condition.kind === "compare") return condition.operator !== "<>" && isName(condition.left, name);
  if (condition.kind === "between") return isName(condition.of, name);
  return condition.kind === "call" && condition.name === "begins_with" && isName(condition.args[0], name);
}

function isName(operand: { kind: string; parts?: Path["parts"] } | undefined, name: string): boolean {
  return operand?.kind === "path" && operand.parts?.length === 1 && operand.parts[0] === name;
}

function invalid(message: string): DynamodbError {
  return new DynamodbError("PartiQL", "ValidationException", message);
}
