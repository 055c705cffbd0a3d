/** What statements of PartiQL need a permission for, in IAM's words. */
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import { isObject, type JsonObject } from "../../../shared/json.ts";
import type { DynamodbRequest } from "../../iam/actions-dynamodb.ts";
import type { Call } from "../../iam/evaluate.ts";
import { parsedOrNot } from "./answer-partiql.ts";
import type { Statement } from "./parse.ts";
import { wholeKey } from "./translate.ts";

const ACTIONS = {
  select: "dynamodb:PartiQLSelect",
  exists: "dynamodb:PartiQLSelect",
  insert: "dynamodb:PartiQLInsert",
  update: "dynamodb:PartiQLUpdate",
  delete: "dynamodb:PartiQLDelete",
};

/** None for a statement that is wrong: it is refused for that. */
export function partiqlCalls(request: DynamodbRequest): Call[] {
  return parsedOrNot(request.operation, request.input).map((statement) => callOf(request, statement));
}

function callOf({ region, partitionKey }: DynamodbRequest, statement: Statement): Call {
  const { kind, table } = statement;
  const index = kind === "select" && statement.index !== undefined ? `/index/${statement.index}` : "";
  const partition = partitionKey(table);
  const value = partition === undefined || index ? undefined : partitionOf(statement, partition);
  const context: Record<string, string[]> = {};
  if (value !== undefined) context["dynamodb:leadingkeys"] = [value];
  if (kind === "select" && !index && partition !== undefined)
    context["dynamodb:fulltablescan"] = [String(value === undefined)];
  return {
    action: ACTIONS[kind],
    resource: `arn:aws:dynamodb:${region}:${ACCOUNT_ID}:table/${table}${index}`,
    context,
  };
}

function partitionOf(statement: Statement, name: string): string | undefined {
  const key = statement.kind === "insert" ? statement.item : wholeKey(statement.where, [name]);
  const { S, N, B } = (isObject(key?.[name]) ? key[name] : {}) as JsonObject;
  const value = S ?? N ?? B;
  return typeof value === "string" ? value : undefined;
}
