/**
 * The library fauxqs, the only module that knows it. Its own server listens on every network interface and lets everybody
 * in; so its stores are opened without it and its routes are asked in this process, behind a check of every call. The
 * stores stand in modules that the package does not export; its version is pinned. See docs/decisions/047-queues-and-buckets-by-fauxqs.md.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { sibling } from "../../shared/places.js";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { RefusedDeclaration } from "../emulators/thread-side.ts";
import type { Application } from "./application.ts";
import type { Declared, DeclaredObject, DeclaredQueue } from "./declared.ts";
import { KeptTags } from "./kept-tags.ts";
import { KeptVersions, type ObjectPlace } from "./kept-versions.ts";
import type {
  BucketStore,
  LibraryMessage,
  LibraryObject,
  LibraryQueues,
  Persistence,
  Queue,
  StoredObject,
  UploadedParts,
} from "./library-types.ts";
import { keepReceiveCounts, Origins } from "./message-facts.ts";
import type { PeekedMessages } from "./queue-client.ts";

type Constructor<T, Arguments extends unknown[] = []> = new (...args: Arguments) => T;

const root = import.meta.resolve("fauxqs");
/** In the place of the library's module for callers, whom nobody here is: it loads undici and a client of Smithy's. */
const NO_CALLERS = "data:text/javascript,export let createLocalhostHandler, interceptLocalhostDns;";
const STAND_INS: Record<string, string> = {
  "./localhost.js": NO_CALLERS,
  fastify: sibling(import.meta.url, "application").href,
};
const hooks = registerHooks({
  resolve(name, context, next) {
    const url = context.parentURL === root ? STAND_INS[name] : undefined;
    return url === undefined ? next(name, context) : { url, shortCircuit: true };
  },
});
const { buildApp } = await import("fauxqs");
hooks.deregister();
const { SqsStore } = (await import(new URL("sqs/sqsStore.js", root).href)) as {
  SqsStore: Constructor<LibraryQueues> & {
    createMessage(
      body: string,
      attributes: object,
      delay: undefined,
      group?: string,
      deduplication?: string,
    ): LibraryMessage;
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

const { INVALID_MESSAGE_BODY_CHAR } = (await import(new URL("sqs/sqsTypes.js", root).href)) as {
  INVALID_MESSAGE_BODY_CHAR: RegExp;
};
/** The library takes a character beyond U+FFFF, as emoji are, for the two halves that a text of JavaScript has of it. */
const NOT_OF_MESSAGES = new RegExp(`(?![\\u{10000}-\\u{10FFFF}])${INVALID_MESSAGE_BODY_CHAR.source}`, "u");
INVALID_MESSAGE_BODY_CHAR.test = (body) => NOT_OF_MESSAGES.test(body);

export const { decodeAwsChunked } = (await import(new URL("s3/chunkedEncoding.js", root).href)) as {
  decodeAwsChunked(body: Buffer): { body: Buffer; trailers: Record<string, string> };
};

/** SQLite could not write or read: the library says so as no client of SQS or S3 expects it. */
export class StoreFailure extends Error {
  override name = "StoreFailure";
}

function storeFailure(error: NodeJS.ErrnoException): Error {
  return error.code === "ERR_SQLITE_ERROR" ? new StoreFailure(error.message) : error;
}

type Stores = NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>;

export class Library {
  readonly #queues = new SqsStore();
  readonly #buckets = new S3Store();
  readonly #persistence: Persistence;
  readonly #origins: Origins;
  readonly tags: KeptTags;
  readonly versions: KeptVersions;
  readonly #app: Application;

  /** Throws when the data in the folder cannot be read. */
  constructor(folder: string) {
    this.#persistence = new PersistenceManager(folder);
    keepReceiveCounts(this.#persistence);
    const topics = new SnsStore();
    this.#persistence.load(this.#queues, topics, this.#buckets);
    this.#queues.persistence = this.#persistence;
    this.#buckets.persistence = this.#persistence;
    this.#buckets.relaxedRules = { disableMinCopySourceSize: true };
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
    this.#app = buildApp({ stores: stores as unknown as Stores }) as unknown as Application;
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

  queues(): { name: string; url: string }[] {
    return [...this.#queues.allQueues()];
  }

  /** Of the queue of this name, as they were set; undefined when there is none. */
  queueAttributes(name: string): Readonly<Record<string, string>> | undefined {
    return this.#queues.getQueueByName(name)?.attributes;
  }

  hasQueue(arn: string): boolean {
    return this.#queues.getQueueByArn(arn) !== undefined;
  }

  /** Queues whose dead letters go to the queue with this ARN. */
  queuesBefore(arn: string): { name: string; url: string; arn: string }[] {
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

  /** Whether an object of this key is uploaded in parts by this id. */
  hasUpload(uploadId: string, { bucket, key }: ObjectPlace): boolean {
    const upload = this.#buckets.multipartUploads.get(uploadId);
    return upload?.bucket === bucket && upload.key === key;
  }

  /** Of an upload; empty for one that is not there. */
  uploadedParts(uploadId: string): UploadedParts {
    return this.#buckets.multipartUploads.get(uploadId)?.parts ?? new Map();
  }

  /** Of a bucket, by their keys, in no order. */
  objects(bucket: string): ReadonlyMap<string, LibraryObject> {
    return this.#buckets.buckets.get(bucket) ?? new Map();
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
  async send(request: FrontRequest): Promise<Answer> {
    const answer = await this.#app.answer(request).catch((error) => {
      throw storeFailure(error);
    });
    return { ...answer, headers: answerHeaders(answer.headers, request.method) };
  }

  async close(): Promise<void> {
    this.#app.close();
    this.#persistence.close();
  }
}

function remove(queue: Queue, message: LibraryMessage): void {
  queue.messages = queue.messages.filter((one) => one !== message);
  for (const [group, messages] of queue.fifoMessages)
    queue.fifoMessages.set(
      group,
      messages.filter((one) => one !== message),
    );
}

function declare(what: string, create: () => void): void {
  try {
    create();
  } catch (error) {
    throw new RefusedDeclaration(`${what}: ${(error as Error).message}`);
  }
}

/** The server in front counts by itself, but for a HEAD, of whose length the body says nothing. */
function answerHeaders(headers: Record<string, string>, method: string): Record<string, string> {
  const { "content-length": length, ...others } = headers;
  return method === "HEAD" && length !== undefined ? headers : others;
}
