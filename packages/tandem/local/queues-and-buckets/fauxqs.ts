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
import { KeptTags } from "./kept-tags.ts";
import { KeptVersions } from "./kept-versions.ts";
import type { BucketStore, Persistence, StoredObject } from "./library-types.ts";
import type { PeekedMessage, PeekedMessages } from "./queue-client.ts";

interface Queue {
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
  messages: Message[];
  /** By group, of a FIFO queue. */
  fifoMessages: Map<string, Message[]>;
  inflightMessages: Map<string, { message: Message }>;
  enqueue(message: Message): void;
  nextSequenceNumber(): string;
  dequeue(most: number, hiddenFor: number | undefined, queueOf: DeadLetterQueueOf): unknown[];
}

interface Message extends PeekedMessage {
  messageAttributes: object;
  messageDeduplicationId?: string;
  sequenceNumber?: string;
}

type DeadLetterQueueOf = (arn: string) => Pick<Queue, "enqueue"> | undefined;

interface QueueStore {
  createQueue(name: string, url: string, arn: string, attributes: Record<string, string>): Queue;
  allQueues(): Iterable<Queue>;
  processAllTimers(): void;
  getQueueByName(name: string): Queue | undefined;
  getQueueByArn(arn: string): Queue | undefined;
  persistence?: Persistence;
}

type Constructor<T, Arguments extends unknown[] = []> = new (...args: Arguments) => T;

const root = import.meta.resolve("fauxqs");
const { SqsStore } = (await import(new URL("sqs/sqsStore.js", root).href)) as {
  SqsStore: Constructor<QueueStore> & {
    createMessage(
      body: string,
      attributes: object,
      delay: undefined,
      group?: string,
      deduplication?: string,
    ): Message;
  };
};
export const { md5OfMessageAttributes } = (await import(new URL("common/md5.js", root).href)) as {
  md5OfMessageAttributes(attributes: object): string;
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

export const { decodeAwsChunked } = (await import(new URL("s3/chunkedEncoding.js", root).href)) as {
  decodeAwsChunked(body: Buffer): { body: Buffer; trailers: Record<string, string> };
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
  readonly #origins: Origins;
  readonly tags: KeptTags;
  readonly versions: KeptVersions;
  readonly #app: ReturnType<typeof buildApp>;

  /** Throws when the data in the folder cannot be read. */
  constructor(folder: string) {
    this.#persistence = new PersistenceManager(folder);
    keepReceiveCounts(this.#persistence);
    const topics = new SnsStore();
    this.#persistence.load(this.#queues, topics, this.#buckets);
    this.#queues.persistence = this.#persistence;
    this.#buckets.persistence = this.#persistence;
    this.#origins = new Origins(this.#persistence);
    this.tags = new KeptTags(this.#persistence.db);
    this.versions = new KeptVersions(this.#buckets, this.#persistence, this.tags);
    for (const queue of this.#queues.allQueues()) {
      Object.assign(queue, { persistence: this.#persistence });
      this.#origins.observe(queue);
    }
    const createQueue = this.#queues.createQueue.bind(this.#queues);
    this.#queues.createQueue = (...asked) => this.#origins.observe(createQueue(...asked));
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
    this.versions.declare(buckets);
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

  /** ARN of the queue from which a received message came to this one, its dead letters. */
  deadLetterSource(queue: string, receiptHandle: string): string | undefined {
    const entry = this.#queues.getQueueByName(queue)?.inflightMessages.get(receiptHandle);
    return entry && this.#origins.of(entry.message.messageId);
  }

  hasQueue(arn: string): boolean {
    return this.#queues.getQueueByArn(arn) !== undefined;
  }

  /** Queues whose dead letters go to the queue with this ARN. */
  queuesBefore(arn: string): { url: string; arn: string }[] {
    return [...this.#queues.allQueues()].filter(
      ({ attributes }) =>
        (JSON.parse(attributes.RedrivePolicy || "{}") as { deadLetterTargetArn?: string })
          .deadLetterTargetArn === arn,
    );
  }

  /** Moves what may be received, as new messages. Without a target each goes back to where it came from; undefined for one of which nobody knows. */
  move(source: string, target: string | undefined): { moved: number; of: number; isWhole: boolean } {
    this.#queues.processAllTimers();
    const queue = this.#queues.getQueueByArn(source);
    const messages = queue ? [...queue.messages, ...[...queue.fifoMessages.values()].flat()] : [];
    let moved = 0;
    for (const message of messages) {
      const to = this.#queues.getQueueByArn(target ?? this.#origins.of(message.messageId) ?? "");
      if (!queue || !to) return { moved, of: messages.length, isWhole: false };
      const { body, messageAttributes, messageGroupId, messageDeduplicationId } = message;
      const fresh = SqsStore.createMessage(
        body,
        messageAttributes,
        undefined,
        messageGroupId,
        messageDeduplicationId,
      );
      if (to.isFifo()) fresh.sequenceNumber = to.nextSequenceNumber();
      to.enqueue(fresh);
      remove(queue, message);
      this.#persistence.deleteMessage(message.messageId);
      moved += 1;
    }
    return { moved, of: messages.length, isWhole: true };
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

function remove(queue: Queue, message: Message): void {
  queue.messages = queue.messages.filter((one) => one !== message);
  for (const [group, messages] of queue.fifoMessages)
    queue.fifoMessages.set(
      group,
      messages.filter((one) => one !== message),
    );
}

/** Where dead letters came from, which the library forgets: in a table of its own beside the library's. */
class Origins {
  readonly #known = new Map<string, string>();
  readonly #insert: { run(...values: string[]): unknown };

  constructor({ db }: Persistence) {
    db.exec(
      "CREATE TABLE IF NOT EXISTS dead_letter_sources (message_id TEXT PRIMARY KEY, arn TEXT NOT NULL)",
    );
    db.exec("DELETE FROM dead_letter_sources WHERE message_id NOT IN (SELECT message_id FROM sqs_messages)");
    this.#insert = db.prepare("INSERT OR REPLACE INTO dead_letter_sources (message_id, arn) VALUES (?, ?)");
    const rows = db.prepare("SELECT message_id, arn FROM dead_letter_sources").all();
    for (const { message_id, arn } of rows as { message_id: string; arn: string }[])
      this.#known.set(message_id, arn);
  }

  of(messageId: string): string | undefined {
    return this.#known.get(messageId);
  }

  /** Whatever the queue gives up to its dead letters comes from it. */
  observe(queue: Queue): Queue {
    const dequeue = queue.dequeue.bind(queue);
    queue.dequeue = (most, hiddenFor, queueOf) =>
      dequeue(most, hiddenFor, (arn) => {
        const deadLetters = queueOf(arn);
        return (
          deadLetters && {
            enqueue: (message) => {
              this.#known.set(message.messageId, queue.arn);
              this.#insert.run(message.messageId, queue.arn);
              deadLetters.enqueue(message);
            },
          }
        );
      });
    return queue;
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
