/** Operations of the API of streams. A stream has one shard here: its records are in the order of their writes. */
import type { JsonObject } from "../../../shared/json.ts";
import { countWithin } from "../../records/count-within.ts";
import { nextSequence } from "../../records/next-sequence.ts";
import type { Reader } from "../../records/record-log.ts";
import { DynamodbError } from "../dynamodb-error.ts";
import { START, type Stream, type StreamLog } from "./log.ts";
import { KEEP_POSITION, READ_POSITION } from "./operations.ts";

const SHARD = "shardId-00000000000000000001-00000001";
const ITERATOR_TYPES = ["AFTER_SEQUENCE_NUMBER", "LATEST", "AT_SEQUENCE_NUMBER", "TRIM_HORIZON"];
const MOST_STREAMS = 100;
const MOST_RECORDS = 1000;
/** Bytes of the records of one answer: 1 MB. */
const LARGEST_ANSWER = 1_048_576;

/** `log`: undefined where no table ever had a stream. Rejects with DynamoDB's errors. */
export async function answerStream(
  log: StreamLog | undefined,
  operation: string,
  input: JsonObject,
): Promise<JsonObject> {
  switch (operation) {
    case "ListStreams":
      return listStreams(log, input);
    case "DescribeStream":
      return describeStream(log, input);
    case "GetShardIterator":
      return shardIterator(log, input);
    case READ_POSITION:
      return { ...(await log?.readers())?.get(String(input.Name)) };
    case KEEP_POSITION:
      await log?.saveReader(String(input.Name), input.Reader as Reader);
      return {};
    default:
      return getRecords(log, input);
  }
}

async function listStreams(log: StreamLog | undefined, input: JsonObject): Promise<JsonObject> {
  const { TableName, ExclusiveStartStreamArn: start, Limit = MOST_STREAMS } = input;
  const all = ((await log?.streams()) ?? []).filter(
    ({ table }) => TableName === undefined || table === TableName,
  );
  const behind = typeof start === "string" ? all.filter(({ arn }) => arn > start) : all;
  const page = behind.slice(0, Number(Limit));
  return {
    Streams: page.map(({ arn, table, label }) => ({ StreamArn: arn, TableName: table, StreamLabel: label })),
    ...(page.length < behind.length ? { LastEvaluatedStreamArn: page.at(-1)?.arn } : {}),
  };
}

async function describeStream(log: StreamLog | undefined, { StreamArn }: JsonObject): Promise<JsonObject> {
  const { log: open, stream } = await find(log, StreamArn);
  const [first] = await open.records(stream.arn, START, 1);
  const range = {
    StartingSequenceNumber: first?.dynamodb.SequenceNumber ?? nextSequence(START),
    ...(stream.isEnabled ? {} : { EndingSequenceNumber: open.last }),
  };
  return {
    StreamDescription: {
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      StreamStatus: stream.isEnabled ? "ENABLED" : "DISABLED",
      StreamViewType: stream.viewType,
      CreationRequestDateTime: stream.created,
      TableName: stream.table,
      KeySchema: stream.keySchema,
      Shards: [{ ShardId: SHARD, SequenceNumberRange: range }],
    },
  };
}

async function shardIterator(log: StreamLog | undefined, input: JsonObject): Promise<JsonObject> {
  const { StreamArn, ShardId, ShardIteratorType: type, SequenceNumber } = input;
  const { log: open, stream } = await find(log, StreamArn);
  if (ShardId !== SHARD)
    throw failure(
      "ResourceNotFoundException",
      `Requested resource not found: Shard: ${ShardId} of ${stream.arn}`,
    );
  if (!ITERATOR_TYPES.includes(String(type)))
    throw invalid(
      `1 validation error detected: Value '${type}' at 'shardIteratorType' failed to satisfy constraint: Member must satisfy enum value set: [${ITERATOR_TYPES.join(", ")}]`,
    );
  const isNumbered = type === "AFTER_SEQUENCE_NUMBER" || type === "AT_SEQUENCE_NUMBER";
  if (isNumbered && !/^\d+$/.test(String(SequenceNumber)))
    throw invalid(
      "SequenceNumber must be specified, and a number, when ShardIteratorType is AT or AFTER_SEQUENCE_NUMBER",
    );
  const from =
    type === "TRIM_HORIZON"
      ? START
      : type === "LATEST"
        ? nextSequence(open.last)
        : type === "AT_SEQUENCE_NUMBER"
          ? String(SequenceNumber)
          : nextSequence(String(SequenceNumber));
  return { ShardIterator: iterator(stream.arn, from) };
}

async function getRecords(log: StreamLog | undefined, input: JsonObject): Promise<JsonObject> {
  const { ShardIterator, Limit = MOST_RECORDS } = input;
  const [arn, from] = String(ShardIterator).split("|");
  if (!arn || !/^\d+$/.test(from ?? "")) throw invalid("Invalid ShardIterator");
  if (!(Number(Limit) >= 1 && Number(Limit) <= MOST_RECORDS))
    throw invalid(
      `1 validation error detected: Value '${Limit}' at 'limit' failed to satisfy constraint: Member must have value between 1 and ${MOST_RECORDS}`,
    );
  const { log: open, stream } = await find(log, arn);
  const read = await open.records(arn, from ?? START, Number(Limit));
  const Records = read.slice(
    0,
    countWithin(read, LARGEST_ANSWER, ({ dynamodb }) => dynamodb.SizeBytes),
  );
  const last = Records.at(-1)?.dynamodb.SequenceNumber;
  // The shard of a stream that is disabled has an end.
  if (!stream.isEnabled && last === undefined) return { Records };
  return {
    Records,
    NextShardIterator: iterator(arn, last === undefined ? String(from) : nextSequence(last)),
  };
}

async function find(log: StreamLog | undefined, arn: unknown): Promise<{ log: StreamLog; stream: Stream }> {
  const stream = (await log?.streams())?.find((one) => one.arn === arn);
  if (!log || !stream)
    throw failure("ResourceNotFoundException", `Requested resource not found: Stream: ${arn} not found`);
  return { log, stream };
}

const iterator = (arn: string, from: string) => `${arn}|${from}`;

const invalid = (message: string) => failure("ValidationException", message);

function failure(code: string, message: string): DynamodbError {
  return new DynamodbError("Streams", code, message);
}
