/** Operations of PartiQL: statements are answered by the ordinary operations that they stand for. */
import { isObject, type JsonObject } from "../../../shared/json.ts";
import { DynamodbError } from "../dynamodb-error.ts";
import type { KeyElement } from "../table-definitions.ts";
import { type Reason, TransactionCanceled } from "../transactions.ts";
import { parseStatement, type Select, type Statement, type Write } from "./parse.ts";
import { besidesKey, projected, readOf, wholeKey, writeOf } from "./translate.ts";

export const PARTIQL_OPERATIONS = ["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"];

export interface Performing {
  /** An ordinary operation, as a request would have it. Rejects with a DynamodbError. */
  perform(operation: string, input: JsonObject): Promise<JsonObject>;
  /** Of a statement of a batch, where whoever asks may not do it. */
  refusalOf?(request: JsonObject): [code: string, message: string] | undefined;
}

interface KeyedIndex {
  IndexName: string;
  KeySchema: KeyElement[];
}

interface Keyed {
  KeySchema: KeyElement[];
  GlobalSecondaryIndexes?: KeyedIndex[];
  LocalSecondaryIndexes?: KeyedIndex[];
}

const MOST_STATEMENTS = 25;
const MOST_OF_TRANSACTION = 100;
const DUPLICATE = "Duplicate primary key exists in table";

export async function answerPartiql(
  performing: Performing,
  operation: string,
  input: JsonObject,
): Promise<JsonObject> {
  if (operation === "ExecuteStatement") return executeStatement(performing, input);
  return operation === "ExecuteTransaction"
    ? executeTransaction(performing, input)
    : batchExecute(performing, input);
}

/** The statements of a request, without those that are wrong. */
export function parsedOrNot(operation: string, input: JsonObject): Statement[] {
  return orNone(() => requestsOf(operation, input)).flatMap((request) => orNone(() => [parsed(request)]));
}

function orNone<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof DynamodbError) return [];
    throw error;
  }
}

async function executeStatement(performing: Performing, input: JsonObject): Promise<JsonObject> {
  const statement = parsed(input);
  if (statement.kind === "exists") throw invalid("EXISTS is for ExecuteTransaction alone");
  return statement.kind === "select"
    ? select(performing, statement, input)
    : write(performing, statement as Write, input);
}

async function select(performing: Performing, statement: Select, input: JsonObject): Promise<JsonObject> {
  const { Limit, NextToken, ConsistentRead, ReturnConsumedCapacity } = input;
  const translated = readOf(statement, await keyNames(performing, statement));
  const output = await performing.perform(translated.operation, {
    ...translated.input,
    ...(Limit === undefined ? {} : { Limit }),
    ...(ConsistentRead === undefined ? {} : { ConsistentRead }),
    ...(ReturnConsumedCapacity === undefined ? {} : { ReturnConsumedCapacity }),
    ...(NextToken === undefined ? {} : { ExclusiveStartKey: opened(NextToken) }),
  });
  const {
    Items = [],
    LastEvaluatedKey,
    ConsumedCapacity,
  } = output as {
    Items?: JsonObject[];
    LastEvaluatedKey?: JsonObject;
    ConsumedCapacity?: unknown;
  };
  return {
    Items: Items.map((item) => projected(item, statement.projection)),
    ...(LastEvaluatedKey
      ? { LastEvaluatedKey, NextToken: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString("base64") }
      : {}),
    ...(ConsumedCapacity ? { ConsumedCapacity } : {}),
  };
}

async function write(
  performing: Performing,
  statement: Write,
  { ReturnConsumedCapacity, ReturnValuesOnConditionCheckFailure }: JsonObject,
): Promise<JsonObject> {
  const translated = writeOf(statement, await keyNames(performing, statement));
  const more = {
    ...(ReturnConsumedCapacity === undefined ? {} : { ReturnConsumedCapacity }),
    ...(ReturnValuesOnConditionCheckFailure === undefined ? {} : { ReturnValuesOnConditionCheckFailure }),
  };
  try {
    const { Attributes, ConsumedCapacity } = await performing.perform(translated.operation, {
      ...translated.input,
      ...more,
    });
    return {
      Items: Attributes ? [Attributes] : [],
      ...(ConsumedCapacity ? { ConsumedCapacity } : {}),
    };
  } catch (error) {
    throw statement.kind === "insert" && isConditional(error)
      ? new DynamodbError("PartiQL", "DuplicateItemException", DUPLICATE)
      : error;
  }
}

/** Each statement by itself: one that fails is an error in its place. */
async function batchExecute(performing: Performing, input: JsonObject): Promise<JsonObject> {
  const requests = requestsOf("BatchExecuteStatement", input);
  const Responses: JsonObject[] = [];
  for (const request of requests) {
    let table: string | undefined;
    try {
      const statement = parsed(request);
      table = statement.table;
      const refusal = performing.refusalOf?.(request);
      if (refusal) throw new DynamodbError("PartiQL", ...refusal);
      if (statement.kind === "select" && !wholeKey(statement.where, await keyNames(performing, statement)))
        throw invalid(
          "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
        );
      const { Items } = await executeStatement(performing, request);
      const [Item] = Items as JsonObject[];
      Responses.push({ TableName: table, ...(Item ? { Item } : {}) });
    } catch (error) {
      if (!(error instanceof DynamodbError)) throw error;
      const Code =
        error.code === "ValidationException" ? "ValidationError" : error.code.replace(/Exception$/, "");
      Responses.push({
        ...(table === undefined ? {} : { TableName: table }),
        Error: { Code, Message: error.reason },
      });
    }
  }
  return { Responses };
}

async function executeTransaction(performing: Performing, input: JsonObject): Promise<JsonObject> {
  const statements = requestsOf("ExecuteTransaction", input).map(parsed);
  const { ClientRequestToken, ReturnConsumedCapacity } = input;
  const capacity = ReturnConsumedCapacity === undefined ? {} : { ReturnConsumedCapacity };
  const selects = statements.filter(({ kind }) => kind === "select") as Select[];
  if (selects.length === statements.length) {
    const TransactItems = await Promise.all(selects.map((one) => getOf(performing, one)));
    const output = await performing.perform("TransactGetItems", { TransactItems, ...capacity });
    const Responses = (output.Responses as { Item?: JsonObject }[]).map(({ Item }, index) =>
      Item ? { Item: projected(Item, selects[index]?.projection ?? []) } : {},
    );
    return { ...output, Responses };
  }
  if (selects.length > 0) throw invalid("A transaction has only SELECT statements, or none");
  const TransactItems = await Promise.all(statements.map((one) => transactItem(performing, one)));
  const token = ClientRequestToken === undefined ? {} : { ClientRequestToken };
  try {
    const output = await performing.perform("TransactWriteItems", { TransactItems, ...token, ...capacity });
    return { Responses: statements.map(() => ({})), ...output };
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    const reasons = error.reasons.map(
      (reason, index): Reason =>
        reason.Code === "ConditionalCheckFailed" && statements[index]?.kind === "insert"
          ? { Code: "DuplicateItem", Message: DUPLICATE }
          : reason,
    );
    throw new TransactionCanceled(reasons);
  }
}

async function getOf(performing: Performing, statement: Select): Promise<JsonObject> {
  const names = await keyNames(performing, statement);
  const Key = wholeKey(statement.where, names);
  if (!Key || besidesKey(statement.where, names).length > 0)
    throw invalid(
      "Select statements within ExecuteTransaction must specify the primary key in the where clause.",
    );
  return { Get: { TableName: statement.table, Key } };
}

async function transactItem(performing: Performing, statement: Statement): Promise<JsonObject> {
  const names = await keyNames(performing, statement);
  if (statement.kind === "exists") {
    // A deletion with the same conditions says what is to be checked.
    const check = { ...statement, kind: "delete" as const, item: {}, sets: [], removes: [] };
    const { input } = writeOf(check, names);
    if (input.ConditionExpression === undefined)
      throw invalid("EXISTS must have a condition besides the primary key in its where clause");
    return { ConditionCheck: input };
  }
  const { operation, input } = writeOf(statement as Write, names);
  const { ReturnValues, ...part } = input;
  if (ReturnValues !== undefined) throw invalid("RETURNING is not for statements of a transaction");
  return { [operation.replace("Item", "")]: part };
}

function requestsOf(operation: string, input: JsonObject): JsonObject[] {
  if (operation === "ExecuteStatement") return [input];
  const isBatch = operation === "BatchExecuteStatement";
  const list = isBatch ? input.Statements : input.TransactStatements;
  const found = Array.isArray(list) ? list.filter(isObject) : [];
  const most = isBatch ? MOST_STATEMENTS : MOST_OF_TRANSACTION;
  if (found.length === 0 || found.length > most)
    throw invalid(
      `1 validation error detected: Value '[${found.length > most ? "…" : ""}]' at '${isBatch ? "statements" : "transactStatements"}' failed to satisfy constraint: ` +
        `Member must have length ${found.length === 0 ? "greater than or equal to 1" : `less than or equal to ${most}`}`,
    );
  return found;
}

function parsed({ Statement, Parameters }: JsonObject): Statement {
  if (typeof Statement !== "string" || Statement === "")
    throw invalid(
      "1 validation error detected: Value at 'statement' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  return parseStatement(Statement, Array.isArray(Parameters) ? Parameters : []);
}

/** Of the table, or of the index that a SELECT names. */
async function keyNames({ perform }: Performing, { table, ...rest }: Statement): Promise<string[]> {
  const { Table } = await perform("DescribeTable", { TableName: table }).catch((error: DynamodbError) => {
    throw error.code === "ResourceNotFoundException"
      ? new DynamodbError("PartiQL", error.code, "Requested resource not found")
      : error;
  });
  const { KeySchema, GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] } = Table as Keyed;
  const index = "index" in rest ? rest.index : undefined;
  const indexes = [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes];
  const found = index === undefined ? { KeySchema } : indexes.find(({ IndexName }) => IndexName === index);
  if (!found) throw invalid(`The table does not have the specified index: ${index}`);
  return found.KeySchema.map(({ AttributeName }) => AttributeName);
}

function opened(token: unknown): unknown {
  try {
    return JSON.parse(Buffer.from(String(token), "base64").toString());
  } catch {
    throw invalid("Invalid NextToken");
  }
}

function isConditional(error: unknown): boolean {
  return error instanceof DynamodbError && error.code === "ConditionalCheckFailedException";
}

function invalid(message: string): DynamodbError {
  return new DynamodbError("PartiQL", "ValidationException", message);
}
