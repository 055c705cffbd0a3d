/** What a mapping asks of its table's stream: the records with the function's own role, its own position in the name of the run. */
import { KEEP_POSITION, READ_POSITION } from "../../dynamodb/streams/operations.ts";
import type { StreamRecord } from "../../dynamodb/streams/record.ts";
import { credentialsOf, operatorCredentials } from "../../iam/credentials.ts";
import { JsonClient } from "../../json-client.ts";
import type { KeptPosition, Reader } from "../../records/record-log.ts";
import type { SourceRecord } from "../streams/batch.ts";
import type { StreamMapping } from "../streams/mappings.ts";
import type { RecordSource } from "../streams/poller-options.ts";

const TARGET = "DynamoDBStreams_20120810";

export class StreamClient implements RecordSource {
  readonly #mapping: StreamMapping;
  readonly #client: JsonClient;
  readonly #run: JsonClient;
  #shard: string | undefined;

  constructor(url: string, mapping: StreamMapping) {
    const service = "dynamodb" as const;
    const of = { endpoint: new URL(url), service, target: TARGET, region: mapping.region };
    this.#mapping = mapping;
    this.#client = new JsonClient({ ...of, credentials: credentialsOf(mapping.roleArn) });
    this.#run = new JsonClient({ ...of, credentials: operatorCredentials });
  }

  get shard(): string {
    return this.#shard ?? "";
  }

  /** Of the last record that the mapping is done with. */
  async position(): Promise<KeptPosition> {
    return this.#run.call<Reader>(READ_POSITION, { Name: this.#mapping.urn });
  }

  async keep(position: KeptPosition): Promise<void> {
    const { urn, streamArn } = this.#mapping;
    await this.#run.call(KEEP_POSITION, { Name: urn, Reader: { arn: streamArn, ...position } });
  }

  /** Those behind the sequence number. */
  async records(after: string, most: number, signal: AbortSignal): Promise<SourceRecord[]> {
    const { streamArn: StreamArn } = this.#mapping;
    if (this.#shard === undefined) {
      const { StreamDescription } = await this.#client.call<{
        StreamDescription: { Shards: { ShardId: string }[] };
      }>("DescribeStream", { StreamArn });
      this.#shard = StreamDescription.Shards[0]?.ShardId ?? "";
    }
    const { ShardIterator } = await this.#client.call<{ ShardIterator: string }>("GetShardIterator", {
      StreamArn,
      ShardId: this.#shard,
      ShardIteratorType: "AFTER_SEQUENCE_NUMBER",
      SequenceNumber: after,
    });
    const { Records } = await this.#client.call<{ Records: StreamRecord[] }>(
      "GetRecords",
      { ShardIterator, Limit: most },
      signal,
    );
    return Records.map((record) => ({
      sequence: record.dynamodb.SequenceNumber,
      writtenAt: record.dynamodb.ApproximateCreationDateTime * 1000,
      record: lambdaRecord(record, StreamArn),
    }));
  }
}

function lambdaRecord({ userIdentity, ...record }: StreamRecord, eventSourceARN: string) {
  const { PrincipalId, Type } = userIdentity ?? {};
  return {
    ...record,
    ...(PrincipalId && Type ? { userIdentity: { type: Type, principalId: PrincipalId } } : {}),
    eventSourceARN,
  };
}
