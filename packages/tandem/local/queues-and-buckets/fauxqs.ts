/**
 * The library fauxqs, the only module that knows it. Its own server listens on every network interface and lets everybody
 * in; so its stores are opened without it and its application is asked in this process, behind a check of every call. The
 * stores stand in modules that the package does not export; its version is pinned. See docs/decisions/047-queues-and-buckets-by-fauxqs.md.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buildApp } from "fauxqs";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import type { Declared, DeclaredObject, DeclaredQueue } from "./declared.ts";
import type { PeekedMessage, PeekedMessages } from "./queue-client.ts";

interface Queue {
  name: string;
  attributes: Record<string, string>;
  setAttributes(attributes: Record<string, string>): void;
  inspectMessages(): {
    ready: PeekedMessage[];
    delayed: PeekedMessage[];
    inflight: { message: PeekedMessage }[];
  };
}

interface QueueStore {
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): Queue;
  allQueues(): Iterable<Queue>;
  processAllTimers(): void;
  getQueueByName(name: string): Queue | undefined;
  persistence?: Persistence;
}

interface BucketStore {
  createBucket(name: string): void;
  hasBucket(name: string): boolean;
  putObject(bucket: string, key: string, body: Buffer, contentType?: string): unknown;
  listBuckets(): { name: string }[];
  headObject(bucket: string, key: string): StoredObject;
  persistence?: Persistence;
}

interface Persistence {
  db: { prepare(sql: string): { run(...values: string[]): unknown } };
  updateMessageReady(messageId: string): void;
  load(queues: QueueStore, topics: object, buckets: BucketStore): void;
  close(): void;
}

export interface StoredObject {
  contentLength: number;
  /** With its quotation marks. */
  etag: string;
}

type Constructor<T, Arguments extends unknown[] = []> = new (...args: Arguments) => T;

const root = import.meta.resolve("fauxqs");
const { SqsStore } = (await import(new URL("sqs/sqsStore.js", root).href)) as {
  SqsStore: Constructor<QueueStore>;
};
const { SnsStore } = (await import(new URL("sns/snsStore.js", root).href)) as {
  SnsStore: Constructor<object>;
};
const { S3Store } = (await import(new URL("s3/s3Store.js", root).href)) as {
  S3Store: Constructor<BucketStore>;
};
const { PersistenceManager } = (await import(new URL("persistence.js", root).href)) as {
  PersistenceManager: Constructor<Persistence, [folder: string]>;
};

/** SQLite could not write or read: the library says so as no client of SQS or S3 expects it. */
export class StoreFailure extends Error {
  override name = "StoreFailure";
}

function throwWhatFailed(payload: string): void {
  if (!payload.includes("ERR_SQLITE_ERROR")) return;
  const { message } = JSON.parse(payload) as { message: string };
  throw new StoreFailure(message);
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;

export class Library {
  readonly #queues = new SqsStore();
  readonly #buckets = new S3Store();
  readonly #persistence: Persistence;
  readonly #app: ReturnType<typeof buildApp>;

  /** Throws when the data in the folder cannot be read. */
  constructor(folder: string) {
    this.#persistence = new PersistenceManager(folder);
    keepReceiveCounts(this.#persistence);
    const topics = new SnsStore();
    this.#persistence.load(this.#queues, topics, this.#buckets);
    this.#queues.persistence = this.#persistence;
    this.#buckets.persistence = this.#persistence;
    for (const queue of this.#queues.allQueues()) Object.assign(queue, { persistence: this.#persistence });
    const stores = { sqsStore: this.#queues, snsStore: topics, s3Store: this.#buckets };
    this.#app = buildApp({ logger: false, stores: stores as unknown as Stores });
  }

  /** Creates what is missing and changes settings. Gives the names of what is kept but no longer declared. */
  declare({ queues, buckets, objects }: Declared): string[] {
    const bucketNames = buckets.map(({ name }) => name);
    for (const queue of queues) declare(`Queue ${queue.name}`, () => this.#declareQueue(queue));
    for (const bucket of bucketNames.filter((name) => !this.#buckets.hasBucket(name))) {
      declare(`Bucket ${bucket}`, () => this.#buckets.createBucket(bucket));
    }
    for (const object of objects) declare(`Object ${object.key}`, () => this.#declareObject(object));
    const names = new Set([...bucketNames, ...queues.map(({ name }) => name)]);
    const kept = [...this.#queues.allQueues(), ...this.#buckets.listBuckets()].map(({ name }) => name);
    return kept.filter((name) => !names.has(name));
  }

  #declareQueue({ name, url, arn, attributes }: DeclaredQueue): void {
    const existing = this.#queues.getQueueByName(name);
    if (!existing) {
      this.#queues.createQueue(name, url, arn, attributes);
      return;
    }
    // A redrive policy that is gone must not go on; an empty one is none.
    existing.setAttributes({
      ...("RedrivePolicy" in existing.attributes ? { RedrivePolicy: "" } : {}),
      ...attributes,
    });
  }

  /** Put once, and again when the program has another content for it. */
  #declareObject({ bucket, key, content, contentType }: DeclaredObject): void {
    const body = "file" in content ? readFileSync(content.file) : Buffer.from(content.data, content.encoding);
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    if (this.object(bucket, key)?.etag !== etag) this.#buckets.putObject(bucket, key, body, contentType);
  }

  /** What lies in a queue, which nobody has taken for having looked; undefined when there is no such queue. */
  messages(queue: string): PeekedMessages | undefined {
    // Delays and hidden times that are over count only once somebody looks.
    this.#queues.processAllTimers();
    const found = this.#queues.getQueueByName(queue)?.inspectMessages();
    return (
      found && {
        ready: found.ready,
        delayed: found.delayed,
        inFlight: found.inflight.map(({ message }) => message),
      }
    );
  }

  hasBucket(name: string): boolean {
    return this.#buckets.hasBucket(name);
  }

  /** Undefined when there is no such object. */
  object(bucket: string, key: string): StoredObject | undefined {
    try {
      return this.#buckets.headObject(bucket, key);
    } catch {
      return undefined; // the library says so by throwing
    }
  }

  /** The answer to a request that was checked. */
  async send({ method, url, headers, body }: FrontRequest): Promise<Answer> {
    // The body is whole by now, in whatever way it came.
    const { "transfer-encoding": _way, ...fields } = headers;
    const answer = await this.#app.inject({
      method: method as "GET",
      url,
      headers: { ...fields, "content-length": String(body.length) },
      payload: body,
    });
    if (answer.statusCode >= 500) throwWhatFailed(answer.payload);
    return {
      status: answer.statusCode,
      headers: answerHeaders(answer.headers, method),
      body: method === "HEAD" ? "" : answer.rawPayload,
    };
  }

  async close(): Promise<void> {
    await this.#app.close();
    this.#persistence.close();
  }
}

function declare(what: string, create: () => void): void {
  try {
    create();
  } catch (error) {
    throw new RefusedDeclaration(`${what}: ${(error as Error).message}`);
  }
}

/** The server in front sets some by itself; only the answer to a HEAD says a length that its body does not show. */
function answerHeaders(headers: Record<string, unknown>, method: string): Record<string, string> {
  const own = ["connection", "keep-alive", "transfer-encoding", "date"];
  if (method !== "HEAD") own.push("content-length");
  const kept = Object.entries(headers).filter(([name]) => !own.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/**
 * A message whose visibility timeout is set to 0 would be lost: the library then writes that it was never received, which
 * its own table refuses. Here it stays what it is, only visible again.
 */
function keepReceiveCounts(persistence: Persistence): void {
  const visible = persistence.db.prepare(
    "UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?",
  );
  persistence.updateMessageReady = (messageId) => void visible.run(messageId);
}
