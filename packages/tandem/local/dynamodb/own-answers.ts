/** What of DynamoDB dynalite does not know, and what it takes in silence where DynamoDB refuses; everything else is its answer. */
import { isObject, type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer } from "../emulators/front.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import { answerPartiql, type Performing } from "./partiql/answer-partiql.ts";
import { outputOf, type Run, type Store } from "./store.ts";
import { answerStream } from "./streams/answer-streams.ts";
import { answerTable } from "./streams/answer-table.ts";
import { KEEP_POSITION, READ_POSITION, STREAM_OPERATIONS } from "./streams/operations.ts";
import { type Streams, targetsOf } from "./streams/streams.ts";
import { describe, keyOf } from "./table-keys.ts";
import type { TimeToLive } from "./time-to-live.ts";
import { TransactionCanceled, type Transactions } from "./transactions.ts";

export interface Stored {
  store: Store;
  transactions: Transactions;
  streams: Streams;
  timeToLive: TimeToLive;
  refusalOf?: Performing["refusalOf"];
}

export const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };
/** A write that asks for more than dynalite answers. */
const ASKS_MORE = ["ReturnValuesOnConditionCheckFailure", "ReturnItemCollectionMetrics"];
/** What dynalite passes over in silence. */
const MORE_OF_TABLES = ["StreamSpecification", "GlobalSecondaryIndexUpdates"];
/** A read that dynalite may take although it is wrong. */
const MAY_BE_WRONG = ["SPECIFIC_ATTRIBUTES", "Segment"];

/** To a request that may be made. Tables are called by their names in it. */
export async function answerStored(options: Stored, target: string, body: Buffer): Promise<Answer> {
  const { store, transactions, streams, timeToLive } = options;
  const operation = target.slice(target.indexOf(".") + 1);
  switch (operation) {
    case "TransactWriteItems":
      return own(() => transactions.write(parseObject(body) ?? {}, streams));
    case "TransactGetItems":
      return own(() => transactions.get(parseObject(body) ?? {}));
    case "DescribeTimeToLive":
      return own(() => timeToLive.describe(parseObject(body) ?? {}));
    case "UpdateTimeToLive":
      return own(() => timeToLive.update(parseObject(body) ?? {}));
    case "Query":
    case "Scan": {
      const mistake = mentions(body, MAY_BE_WRONG) ? mistakeOfRead(parseObject(body) ?? {}) : undefined;
      return mistake === undefined ? store.send(target, body) : invalid(mistake);
    }
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
    case "BatchWriteItem":
      return mentions(body, ASKS_MORE) || !streams.isIdle
        ? write(options, target, body)
        : store.send(target, body);
    case "CreateTable":
    case "UpdateTable":
    case "DescribeTable":
    case "DeleteTable":
      if (operation === "DeleteTable") timeToLive.forget(String(parseObject(body)?.TableName));
      if (streams.isIdle && !mentions(body, MORE_OF_TABLES)) return store.send(target, body);
      return own(() => answerTable(options, operation, parseObject(body) ?? {}));
    case "ExecuteStatement":
    case "BatchExecuteStatement":
    case "ExecuteTransaction":
      return own(() => answerPartiql(performing(options), operation, parseObject(body) ?? {}));
    default:
      return OF_STREAMS.includes(operation)
        ? own(() => answerStream(streams.log, operation, parseObject(body) ?? {}))
        : store.send(target, body);
  }
}

const OF_STREAMS = [...STREAM_OPERATIONS, READ_POSITION, KEEP_POSITION];

/** Nearly every request says none of them, and is not parsed for it. */
function mentions(body: Buffer, words: readonly string[]): boolean {
  return words.some((word) => body.includes(word));
}

function mistakeOfRead(input: JsonObject): string | undefined {
  const { Select, ProjectionExpression, AttributesToGet, Segment, TotalSegments } = input;
  if (Select === "SPECIFIC_ATTRIBUTES" && ProjectionExpression === undefined && AttributesToGet === undefined)
    return "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES";
  if (Segment !== undefined && TotalSegments === undefined)
    return "The TotalSegments parameter is required but was not present in the request when Segment parameter is present";
  return undefined;
}

/** Statements are done by the operations of this page. */
function performing(options: Stored): Performing {
  return {
    ...(options.refusalOf ? { refusalOf: options.refusalOf } : {}),
    async perform(operation, input) {
      if (operation === "TransactWriteItems") return options.transactions.write(input, options.streams);
      const answer = await answerStored(
        options,
        `DynamoDB_20120810.${operation}`,
        Buffer.from(JSON.stringify(input)),
      );
      return outputOf(operation, answer);
    },
  };
}

/** A write that has the store alone where its changes are recorded, or where more is to be said of its item. */
async function write({ store, streams }: Stored, target: string, body: Buffer): Promise<Answer> {
  const input = parseObject(body) ?? {};
  const targets = targetsOf(streams, target.slice(target.indexOf(".") + 1), input);
  const asksMore = mentions(body, ASKS_MORE);
  if (targets.length === 0 && !asksMore) return store.send(target, body);
  return store.alone((run, send) =>
    streams.around(run, targets, () =>
      asksMore ? writeAndSay(run, send, target, input) : send(target, body),
    ),
  );
}

async function writeAndSay(
  run: Run,
  send: Store["send"],
  target: string,
  input: JsonObject,
): Promise<Answer> {
  const { ReturnValuesOnConditionCheckFailure, ...write } = input;
  const { ReturnItemCollectionMetrics } = write;
  const answer = await send(target, Buffer.from(JSON.stringify(write)));
  const parsed = parseObject(String(answer.body)) ?? {};
  const isConditional = /#ConditionalCheckFailedException$/.test(String(parsed.__type));
  if (isConditional && ReturnValuesOnConditionCheckFailure === "ALL_OLD")
    return withMore(answer, parsed, await oldItem(run, write));
  if (answer.status === 200 && ReturnItemCollectionMetrics === "SIZE")
    return withMore(answer, parsed, await collectionMetrics(run, write));
  return answer;
}

function withMore(answer: Answer, parsed: JsonObject, more: JsonObject): Answer {
  return { ...answer, headers: JSON_TYPE, body: JSON.stringify({ ...parsed, ...more }) };
}

async function oldItem(run: Run, { TableName, Key, Item }: JsonObject): Promise<JsonObject> {
  const key = Key ?? keyOf(await describe(run, TableName), isObject(Item) ? Item : {});
  const found = await run<{ Item?: JsonObject }>("GetItem", { TableName, Key: key, ConsistentRead: true });
  return found.Item ? { Item: found.Item } : {};
}

/** Only a table with local indexes has item collections. Here none reaches a gigabyte. */
async function collectionMetrics(run: Run, { TableName, Key, Item }: JsonObject): Promise<JsonObject> {
  const { KeySchema, LocalSecondaryIndexes } = await describe(run, TableName);
  const [partition] = KeySchema;
  const from = isObject(Key) ? Key : isObject(Item) ? Item : {};
  if (!partition || LocalSecondaryIndexes === undefined) return {};
  const ItemCollectionKey = { [partition.AttributeName]: from[partition.AttributeName] };
  return { ItemCollectionMetrics: { ItemCollectionKey, SizeEstimateRangeGB: [0, 1] } };
}

async function own(work: () => Promise<JsonObject>): Promise<Answer> {
  try {
    return { status: 200, headers: JSON_TYPE, body: JSON.stringify(await work()) };
  } catch (error) {
    if (!(error instanceof DynamodbError)) throw error;
    const reasons = error instanceof TransactionCanceled ? { CancellationReasons: error.reasons } : {};
    return refusal(error.code, error.reason, reasons);
  }
}

const invalid = (message: string) => refusal("ValidationException", message);

/** As DynamoDB itself refuses, not what stands before every service. */
function refusal(code: string, Message: string, more: object = {}): Answer {
  const prefix =
    code === "ValidationException" ? "com.amazon.coral.validate" : "com.amazonaws.dynamodb.v20120810";
  const body = { __type: `${prefix}#${code}`, Message, message: Message, ...more };
  return { status: 400, headers: JSON_TYPE, body: JSON.stringify(body) };
}
