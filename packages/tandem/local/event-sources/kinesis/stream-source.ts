/** What a mapping asks of its stream of Kinesis: the records with the function's own role, its own position of the run. */
import { credentialsOf } from "../../iam/credentials.ts";
import { JsonClient } from "../../json-client.ts";
import { type KinesisRecord, SHARD } from "../../kinesis/record.ts";
import type { KinesisService } from "../../kinesis/service.ts";
import type { KeptPosition } from "../../records/record-log.ts";
import type { SourceRecord } from "../streams/batch.ts";
import type { StreamMapping } from "../streams/mappings.ts";
import type { RecordSource } from "../streams/poller-options.ts";

export class KinesisSource implements RecordSource {
  readonly shard = SHARD;
  readonly #mapping: StreamMapping;
  readonly #kinesis: KinesisService;
  readonly #client: JsonClient;

  constructor(url: string, mapping: StreamMapping, kinesis: KinesisService) {
    const { roleArn, region } = mapping;
    this.#mapping = mapping;
    this.#kinesis = kinesis;
    this.#client = new JsonClient({
      endpoint: new URL(url),
      service: "kinesis",
      region,
      credentials: credentialsOf(roleArn),
    });
  }

  async position(): Promise<KeptPosition> {
    const readers = await this.#kinesis.positions?.readers();
    const reader = readers?.get(this.#mapping.urn);
    if (!reader) throw new Error("its stream is not there");
    return reader;
  }

  async keep(position: KeptPosition): Promise<void> {
    const { urn, streamArn: arn } = this.#mapping;
    await this.#kinesis.positions?.saveReader(urn, { arn, ...position });
  }

  async records(after: string, most: number, signal: AbortSignal): Promise<SourceRecord[]> {
    const { streamArn, roleArn, region } = this.#mapping;
    const { ShardIterator } = await this.#client.call<{ ShardIterator: string }>("GetShardIterator", {
      StreamARN: streamArn,
      ShardId: SHARD,
      ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
      StartingSequenceNumber: after,
    });
    const input = { ShardIterator, StreamARN: streamArn, Limit: most };
    const { Records } = await this.#client.call<{ Records: KinesisRecord[] }>("GetRecords", input, signal);
    return Records.map((record) => ({
      sequence: record.SequenceNumber,
      writtenAt: record.ApproximateArrivalTimestamp * 1000,
      record: {
        kinesis: {
          kinesisSchemaVersion: "1.0",
          partitionKey: record.PartitionKey,
          sequenceNumber: record.SequenceNumber,
          data: record.Data,
          approximateArrivalTimestamp: record.ApproximateArrivalTimestamp,
        },
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `${SHARD}:${record.SequenceNumber}`,
        eventName: "aws:kinesis:record",
        invokeIdentityArn: roleArn,
        awsRegion: region,
        eventSourceARN: streamArn,
      },
    }));
  }
}
