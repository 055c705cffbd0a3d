/** What of the library's stores is used here: objects, and how they come to the disk. */

export interface BucketStore {
  /** Objects of a bucket by their keys; of each only what is said of it. */
  buckets: Map<string, Map<string, LibraryObject>>;
  createBucket(name: string): void;
  hasBucket(name: string): boolean;
  putObject(bucket: string, key: string, body: Buffer, contentType?: string, ...more: unknown[]): unknown;
  deleteObject(bucket: string, key: string): void;
  completeMultipartUpload(uploadId: string, parts: unknown): { key: string };
  multipartUploads: Map<string, { bucket: string; key: string }>;
  listBuckets(): { name: string }[];
  headObject(bucket: string, key: string): StoredObject;
  /** With its content. */
  getObject(bucket: string, key: string): LibraryObject;
  /** Into memory. */
  restoreObject(bucket: string, object: LibraryObject): void;
  persistence?: Persistence;
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

export interface StoredObject {
  contentLength: number;
  /** With its quotation marks. */
  etag: string;
}

/** As the library keeps it. */
export interface LibraryObject extends StoredObject {
  key: string;
  body: Buffer;
  lastModified: Date;
}
