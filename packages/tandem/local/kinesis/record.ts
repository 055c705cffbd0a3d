/** A record as `GetRecords` gives it and as it is kept. */
export interface KinesisRecord {
  SequenceNumber: string;
  /** Seconds since 1970, to the millisecond. */
  ApproximateArrivalTimestamp: number;
  /** Base64. */
  Data: string;
  PartitionKey: string;
}

/** A stream has one shard here: its records are in the order of their writes. */
export const SHARD = "shardId-000000000000";
/** As many digits as AWS's own, all records' alike. */
export const FIRST = 49_600_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000_000n;
/** Before the first. */
export const START = String(FIRST);
