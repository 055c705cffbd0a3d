/** What of the library's stores is used here: objects, queues and their messages, and how they come to the disk. */
import type { PeekedMessage } from "./queue-client.ts";

export interface BucketStore {
  /** Objects of a bucket by their keys; of each only what is said of it. */
  buckets: Map<string, Map<string, LibraryObject>>;
  createBucket(name: string): void;
  hasBucket(name: string): boolean;
  putObject(bucket: string, key: string, body: Buffer, contentType?: string, ...more: unknown[]): unknown;
  deleteObject(bucket: string, key: string): void;
  completeMultipartUpload(uploadId: string, parts: unknown): { key: string };
  multipartUploads: Map<string, { bucket: string; key: string; parts: UploadedParts }>;
  listBuckets(): { name: string }[];
  headObject(bucket: string, key: string): StoredObject;
  /** With its content. */
  getObject(bucket: string, key: string): LibraryObject;
  /** Into memory. */
  restoreObject(bucket: string, object: LibraryObject): void;
  persistence?: Persistence;
  /** Of S3 as it once was. */
  relaxedRules?: { disableMinCopySourceSize?: boolean };
}

export interface Persistence {
  db: {
    exec(sql: string): void;
    prepare(sql: string): {
      run(...values: (string | number)[]): { lastInsertRowid: number | bigint };
      all(...values: string[]): unknown[];
    };
  };
  transaction(act: () => void): void;
  upsertObject(bucket: string, object: LibraryObject): void;
  deleteObject(bucket: string, key: string): void;
  deleteMessage(messageId: string): void;
  updateMessageReady(messageId: string): void;
  load(queues: object, topics: object, buckets: BucketStore): void;
  close(): void;
}

/** By their numbers. */
export type UploadedParts = ReadonlyMap<number, { etag: string; body: Buffer }>;

export interface StoredObject {
  contentLength: number;
  /** With its quotation marks. */
  etag: string;
  /** Of one that was uploaded in parts. */
  parts?: { partNumber: number; offset: number; length: number }[];
}

/** As the library keeps it. */
export interface LibraryObject extends StoredObject {
  key: string;
  body: Buffer;
  lastModified: Date;
}

export interface Queue {
  name: string;
  url: string;
  arn: string;
  attributes: Record<string, string>;
  setAttributes(attributes: Record<string, string>): void;
  inspectMessages(): {
    ready: PeekedMessage[];
    delayed: PeekedMessage[];
    inflight: { message: PeekedMessage }[];
  };
  isFifo(): boolean;
  messages: LibraryMessage[];
  /** By group, of a FIFO queue. */
  fifoMessages: Map<string, LibraryMessage[]>;
  inflightMessages: Map<string, { message: LibraryMessage }>;
  enqueue(message: LibraryMessage): void;
  nextSequenceNumber(): string;
  dequeue(most: number, hiddenFor: number | undefined, queueOf: DeadLetterQueueOf): unknown[];
}

export interface LibraryMessage extends PeekedMessage {
  messageAttributes: object;
  messageDeduplicationId?: string;
  sequenceNumber?: string;
}

type DeadLetterQueueOf = (arn: string) => Pick<Queue, "enqueue"> | undefined;

export interface LibraryQueues {
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): Queue;
  allQueues(): Iterable<Queue>;
  processAllTimers(): void;
  getQueueByName(name: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
  persistence?: Persistence;
}
