/** What a program calls of Kinesis when it runs: puts records, reads them, and asks what streams there are. */
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import type { JsonObject } from "../../shared/json.ts";
import type { Call } from "../iam/evaluate.ts";
import { ApiError, NotHere, type Operations, textOf } from "../other-services/json-api.ts";
import { countWithin } from "../records/count-within.ts";
import { nextSequence } from "../records/next-sequence.ts";
import type { RecordLog } from "../records/record-log.ts";
import type { KinesisStream } from "./declared.ts";
import { decodeIterator, encodeIterator, startOf } from "./iterators.ts";
import { type KinesisRecord, SHARD, START } from "./record.ts";

export interface KinesisStore {
  streams(): readonly KinesisStream[];
  log(): RecordLog<KinesisRecord>;
  /** Told of each stream that has new records. */
  written(arn: string): void;
}

const MOST_ENTRIES = 500;
const MOST_RECORDS = 10_000;
/** Of data and key together: 10 MB; of one call, and of one answer, as much. */
const LARGEST = 10_485_760;
const LONGEST_KEY = 256;
const LAST_HASH_KEY = "340282366920938463463374607431768211455";

type May = (...calls: Call[]) => void;

export function kinesisOperations(store: KinesisStore): Operations<JsonObject | Promise<JsonObject>> {
  const found = (input: JsonObject, may: May, action: string): KinesisStream => {
    const named = textOf(input.StreamARN) ?? "";
    const name = textOf(input.StreamName) ?? named.split("/").at(-1) ?? "";
    const stream = store.streams().find((one) => one.name === name || one.arn === named);
    const resource = stream?.arn ?? (named || `arn:aws:kinesis:*:${ACCOUNT_ID}:stream/${name}`);
    may({ action: `kinesis:${action}`, resource, context: {} });
    if (!stream)
      throw new ApiError(
        "ResourceNotFoundException",
        `Stream ${name} under account ${ACCOUNT_ID} not found.`,
      );
    return stream;
  };
  const append = async (stream: KinesisStream, entries: readonly Entry[]): Promise<string[]> => {
    const ApproximateArrivalTimestamp = Date.now() / 1000;
    const sequences = await store.log().append(
      entries.map(({ data: Data, key: PartitionKey }) => ({
        arn: stream.arn,
        make: (SequenceNumber) => ({ SequenceNumber, ApproximateArrivalTimestamp, Data, PartitionKey }),
      })),
    );
    store.written(stream.arn);
    return sequences;
  };
  return {
    PutRecord: async (input, may) => {
      const stream = found(input, may, "PutRecord");
      const [SequenceNumber = ""] = await append(stream, [entryOf(input)]);
      return { ShardId: SHARD, SequenceNumber, EncryptionType: "NONE" };
    },
    PutRecords: async (input, may) => {
      const stream = found(input, may, "PutRecords");
      const records = Array.isArray(input.Records) ? (input.Records as JsonObject[]) : [];
      if (records.length < 1 || records.length > MOST_ENTRIES)
        throw invalid("records", `have length less than or equal to ${MOST_ENTRIES}`);
      const entries = records.map(entryOf);
      if (entries.reduce((sum, { bytes }) => sum + bytes, 0) > LARGEST)
        throw new ApiError("InvalidArgumentException", "Records size exceeds 10 MB limit");
      const sequences = await append(stream, entries);
      const Records = sequences.map((SequenceNumber) => ({ SequenceNumber, ShardId: SHARD }));
      return { EncryptionType: "NONE", FailedRecordCount: 0, Records };
    },
    ListStreams: (_input, may, region) => {
      may({ action: "kinesis:ListStreams", resource: "*", context: {} });
      const streams = store.streams().filter(({ arn }) => arn.split(":")[3] === region);
      return {
        HasMoreStreams: false,
        StreamNames: streams.map(({ name }) => name),
        StreamSummaries: streams.map((stream) => summary(stream)),
      };
    },
    ListShards: (input, may) => {
      found(input, may, "ListShards");
      return { Shards: [shard()] };
    },
    DescribeStream: (input, may) => {
      const stream = found(input, may, "DescribeStream");
      const described = { ...description(stream), HasMoreShards: false, Shards: [shard()] };
      return { StreamDescription: described };
    },
    DescribeStreamSummary: (input, may) => {
      const stream = found(input, may, "DescribeStreamSummary");
      return { StreamDescriptionSummary: { ...description(stream), OpenShardCount: 1, ConsumerCount: 0 } };
    },
    GetShardIterator: (input, may) => {
      const stream = found(input, may, "GetShardIterator");
      if (input.ShardId !== SHARD)
        throw new ApiError(
          "ResourceNotFoundException",
          `Shard ${String(input.ShardId)} in stream ${stream.name} under account ${ACCOUNT_ID} does not exist`,
        );
      return { ShardIterator: encodeIterator({ arn: stream.arn, ...startOf(input, store.log().last) }) };
    },
    GetRecords: async (input, may) => {
      const { arn, from, since } = decodeIterator(textOf(input.ShardIterator) ?? "");
      const stream = found({ StreamARN: arn }, may, "GetRecords");
      const most = Number(input.Limit ?? MOST_RECORDS);
      if (!(most >= 1 && most <= MOST_RECORDS))
        throw invalid("limit", `have value less than or equal to ${MOST_RECORDS}`);
      const read = await store.log().records(stream.arn, from, most);
      const wanted = read.filter((record) => record.ApproximateArrivalTimestamp >= since);
      const count = countWithin(wanted, LARGEST, ({ Data }) => Buffer.byteLength(Data, "base64"));
      const Records = wanted.slice(0, count);
      const last = Records.at(-1) ?? read.at(-1);
      const next = last ? nextSequence(last.SequenceNumber) : from;
      const behind = read.length === most && last ? Date.now() - last.ApproximateArrivalTimestamp * 1000 : 0;
      return {
        Records,
        NextShardIterator: encodeIterator({ arn: stream.arn, from: next, since }),
        MillisBehindLatest: Math.max(0, Math.round(behind)),
      };
    },
    SubscribeToShard: () => {
      throw new NotHere("SubscribeToShard: the local Kinesis has no enhanced fan-out");
    },
  };
}

interface Entry {
  key: string;
  /** Base64. */
  data: string;
  bytes: number;
}

function entryOf({ PartitionKey, Data }: JsonObject): Entry {
  const key = textOf(PartitionKey) ?? "";
  if (key.length < 1 || key.length > LONGEST_KEY)
    throw invalid("partitionKey", `have length less than or equal to ${LONGEST_KEY}`);
  const data = textOf(Data) ?? "";
  const bytes = Buffer.byteLength(data, "base64") + Buffer.byteLength(key);
  if (bytes > LARGEST) throw invalid("data", `have length less than or equal to ${LARGEST}`);
  return { key, data, bytes };
}

function invalid(member: string, constraint: string): ApiError {
  const detail = `Value at '${member}' failed to satisfy constraint: Member must ${constraint}`;
  return new ApiError("ValidationException", `1 validation error detected: ${detail}`);
}

function summary({ name, arn, isOnDemand }: KinesisStream) {
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: isOnDemand ? "ON_DEMAND" : "PROVISIONED" },
  };
}

function description(stream: KinesisStream) {
  return {
    ...summary(stream),
    RetentionPeriodHours: stream.retentionHours,
    StreamCreationTimestamp: 0,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: "NONE",
  };
}

function shard() {
  return {
    ShardId: SHARD,
    HashKeyRange: { StartingHashKey: "0", EndingHashKey: LAST_HASH_KEY },
    SequenceNumberRange: { StartingSequenceNumber: START },
  };
}
