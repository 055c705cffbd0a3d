/** What a DynamoDB request wants to do to which table or index, in IAM's words. */

import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { isObject } from "../../shared/json.ts";
import type { Context } from "./conditions.ts";
import type { Call } from "./evaluate.ts";

type Json = Record<string, unknown>;

export interface DynamodbRequest {
  /** e.g. `PutItem`. */
  operation: string;
  input: Json;
  region: string;
  /** Name of a table's partition key, where the table is known: what `dynamodb:LeadingKeys` speaks of. */
  partitionKey(table: string): string | undefined;
}

/** These name their table by `ResourceArn`, all others by `TableName`. What a request says besides is read by nobody. */
const BY_ARN = /^(TagResource|UntagResource|ListTagsOfResource|(Put|Get|Delete)ResourcePolicy)$/;
/** No other operation knows indexes. */
const OF_INDEX = /^(Query|Scan)$/;

/** Of every operation but those of PartiQL, whose statements say what they do. */
export function dynamodbCalls(request: DynamodbRequest): Call[] {
  const { operation, input } = request;
  const action = `dynamodb:${operation}`;
  switch (operation) {
    case "ListTables":
    case "DescribeLimits":
    case "DescribeEndpoints":
      return [{ action, resource: "*", context: {} }];
    case "ListStreams": {
      const table = text(input.TableName);
      return table === undefined
        ? [{ action, resource: "*", context: {} }]
        : [callOn(request, action, `${table}/stream/*`, {})];
    }
    case "DescribeStream":
    case "GetShardIterator":
      return [{ action, resource: text(input.StreamArn) ?? "", context: {} }];
    case "GetRecords":
      // An iterator begins with the ARN of its stream.
      return [{ action, resource: text(input.ShardIterator)?.split("|")[0] ?? "", context: {} }];
    case "BatchGetItem":
    case "BatchWriteItem":
      return Object.entries(object(input.RequestItems)).map(([table, entries]) =>
        callOn(request, action, table, batchKeys(request, table, entries)),
      );
    case "TransactGetItems":
    case "TransactWriteItems":
      return list(input.TransactItems).flatMap((item) => transactionCalls(request, object(item)));
    default:
      return [tableCall(request, action)];
  }
}

function tableCall(request: DynamodbRequest, action: string): Call {
  const { input, operation } = request;
  const table = text(BY_ARN.test(operation) ? input.ResourceArn : input.TableName) ?? "";
  const index = OF_INDEX.test(operation) ? text(input.IndexName) : undefined;
  return callOn(request, action, index === undefined ? table : `${table}/index/${index}`, {
    ...leadingKeys(request, table),
    "dynamodb:select": [text(input.Select) ?? []].flat(),
    "dynamodb:returnvalues": [text(input.ReturnValues) ?? "NONE"],
    "dynamodb:returnconsumedcapacity": [text(input.ReturnConsumedCapacity) ?? "NONE"],
  });
}

/** A transaction asks for the permission of each of its parts. */
function transactionCalls(request: DynamodbRequest, item: Json): Call[] {
  const actions: Record<string, string> = {
    Get: "GetItem",
    Put: "PutItem",
    Update: "UpdateItem",
    Delete: "DeleteItem",
    ConditionCheck: "ConditionCheckItem",
  };
  return Object.entries(item).map(([kind, part]) => {
    const input = object(part);
    const table = text(input.TableName) ?? "";
    const operation = actions[kind] ?? kind;
    const keys = leadingKeys({ ...request, operation, input }, table);
    return callOn(request, `dynamodb:${operation}`, table, keys);
  });
}

/** Every request may name its table by the ARN, too. */
function tableName(table: string): string {
  return table.startsWith("arn:") ? table.slice(table.indexOf("/") + 1) : table;
}

/** `table` is a name, a name with an index, or already an ARN. */
function callOn({ region }: DynamodbRequest, action: string, table: string, context: Context): Call {
  const arn = table.startsWith("arn:") ? table : `arn:aws:dynamodb:${region}:${ACCOUNT_ID}:table/${table}`;
  return { action, resource: arn, context };
}

/** These are about the table itself: no key of an item is part of them. */
const OF_TABLE =
  /^(Create|Update|Delete|Describe)Table$|^(Describe|Update)TimeToLive$|^(Describe|Update)ContinuousBackups$|^(TagResource|UntagResource|ListTagsOfResource)$/;

/** Left out where the request does not say plainly which partition it is about: then it cannot be judged. */
function leadingKeys({ operation, input, partitionKey }: DynamodbRequest, table: string): Context {
  if (OF_TABLE.test(operation)) return { "dynamodb:leadingkeys": [] };
  const name = partitionKey(tableName(table));
  if (name === undefined || (OF_INDEX.test(operation) && input.IndexName !== undefined)) return {};
  if (operation === "Query") return queriedKey(input, name);
  // An operation reads one of the two; what a request puts beside it is not what it does.
  const value = keyText(object(operation === "PutItem" ? input.Item : input.Key)[name]);
  return value === undefined ? {} : { "dynamodb:leadingkeys": [value] };
}

function queriedKey(input: Json, name: string): Context {
  const names = object(input.ExpressionAttributeNames);
  const expression = text(input.KeyConditionExpression) ?? "";
  for (const [, left = "", right = ""] of expression.matchAll(/([#\w.-]+)\s*=\s*(:\w+)/g)) {
    const value = keyText(object(input.ExpressionAttributeValues)[right]);
    if ((names[left] ?? left) === name && value !== undefined) return { "dynamodb:leadingkeys": [value] };
  }
  return {};
}

function batchKeys(request: DynamodbRequest, table: string, entries: unknown): Context {
  const name = request.partitionKey(tableName(table));
  if (name === undefined) return {};
  const keys = Array.isArray(entries)
    ? entries.flatMap((entry) => {
        const { PutRequest, DeleteRequest } = object(entry);
        const both = [PutRequest && object(PutRequest).Item, DeleteRequest && object(DeleteRequest).Key];
        return both.filter((key) => key !== undefined).map(object);
      })
    : list(object(entries).Keys).map(object);
  const values = keys.map((key) => keyText(key[name]));
  return values.includes(undefined) ? {} : { "dynamodb:leadingkeys": values as string[] };
}

/** `{ "S": "x" }` → `x` */
function keyText(attribute: unknown): string | undefined {
  const { S, N, B } = object(attribute);
  return text(S) ?? text(N) ?? text(B);
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
