/** What the run's stores hold: read and changed through the stores' own APIs, as the operator. */
import { Writable } from "node:stream";
import type { Collection, MongoClient } from "mongodb";
import { type TableDefinition, tableDefinitions } from "../local/dynamodb/table-definitions.ts";
import { parseExpression } from "../local/event-sources/scheduler/expressions.ts";
import { schedules } from "../local/event-sources/scheduler/schedules.ts";
import { operatorCredentials } from "../local/iam/credentials.ts";
import { JsonClient, ServiceError } from "../local/json-client.ts";
import { localTarget } from "../local/local-target.ts";
import type { PeekedMessages } from "../local/queues-and-buckets/queue-client.ts";
import type { LocalRun } from "../local/run.ts";
import type { Buckets, ListedObject } from "../local/stores/buckets.ts";
import { Queues } from "../local/stores/queues.ts";
import { regionOf } from "../program/reading/region.ts";
import { UserError } from "../shared/user-error.js";
import { type Item, plainItem, typedItem } from "./attribute-values.ts";

const PAGE = 50;
const MOST_OBJECTS = 500;
/** Of an object that is looked at. */
const LONGEST_SHOWN = 65_536;
/** Times of a schedule that are told. */
const NEXT_TIMES = 3;

export interface TableSummary {
  name: string;
  keys: { name: string; type: string }[];
}

export interface QueueSummary {
  name: string;
  waiting: number;
  inFlight: number;
  delayed: number;
  /** Queue that takes what could not be worked on. */
  deadLetters?: string;
  /** Queues whose dead letters it takes. */
  isDeadLettersOf: string[];
}

export interface ScheduleSummary {
  id: string;
  name: string;
  expression: string;
  timeZone: string;
  target: string;
  next: number[];
}

export interface DataSummary {
  tables: TableSummary[];
  collections: { database: string; name: string; documents: number }[];
  /** Why collections cannot be told. */
  mongodb?: string;
  buckets: string[];
  queues: QueueSummary[];
  schedules: ScheduleSummary[];
}

export interface ShownItem {
  /** Plain JSON, or DynamoDB's own where plain would lose a type. */
  value: Record<string, unknown>;
  isTyped: boolean;
  key: Item;
}

export interface ShownMessage {
  id: string;
  body: string;
  sent: number;
  received: number;
  state: string;
}

export class Stores {
  readonly #run: LocalRun;
  #mongo: { uri: string; client: Promise<MongoClient> } | undefined;

  constructor(run: LocalRun) {
    this.#run = run;
  }

  async close(): Promise<void> {
    const mongo = this.#mongo;
    this.#mongo = undefined;
    await mongo?.client.then((client) => client.close()).catch(() => {});
  }

  async summary(): Promise<DataSummary> {
    const { recording } = this.#run;
    const { queues, buckets } = this.#run.status().stores;
    const [messages, collections] = await Promise.all([this.#queues().list(), this.#collections()]);
    return {
      tables: tableDefinitions(recording).map(tableSummary),
      ...collections,
      buckets: buckets.map(({ physicalName }) => physicalName),
      queues: messages.map(({ queue, messages: { ready, delayed, inFlight } }) => {
        const deadLetters = queues.find((one) => one.deadLettersOf.includes(queue.physicalName));
        return {
          name: queue.physicalName,
          waiting: ready.length,
          inFlight: inFlight.length,
          delayed: delayed.length,
          isDeadLettersOf: queue.deadLettersOf,
          ...(deadLetters ? { deadLetters: deadLetters.physicalName } : {}),
        };
      }),
      schedules: this.#schedules(),
    };
  }

  async items(
    table: string,
    { key, sort, start }: { key?: string; sort?: string; start?: string },
  ): Promise<{ items: ShownItem[]; next?: string }> {
    const definition = this.#table(table);
    const { keys } = tableSummary(definition);
    const from = start === undefined || start === "" ? {} : { ExclusiveStartKey: JSON.parse(start) as Item };
    const page = { TableName: table, Limit: PAGE, ...from };
    const given = keys.flatMap(({ name, type }, index) => {
      const value = [key, sort][index];
      return value ? [{ name, value: { [type]: value } }] : [];
    });
    const query = {
      KeyConditionExpression: given.map((_, index) => `#${index} = :${index}`).join(" AND "),
      ExpressionAttributeNames: Object.fromEntries(given.map(({ name }, index) => [`#${index}`, name])),
      ExpressionAttributeValues: Object.fromEntries(given.map(({ value }, index) => [`:${index}`, value])),
    };
    const asked: [operation: string, input: object] = key ? ["Query", { ...page, ...query }] : ["Scan", page];
    const { Items, LastEvaluatedKey } = await this.#dynamodb<{ Items: Item[]; LastEvaluatedKey?: Item }>(
      ...asked,
    );
    return {
      items: Items.map((item) => {
        const plain = plainItem(item);
        const ofKey = keys.map(({ name }) => [name, item[name] ?? {}] as const);
        return { value: plain ?? item, isTyped: plain === undefined, key: Object.fromEntries(ofKey) };
      }),
      ...(LastEvaluatedKey ? { next: JSON.stringify(LastEvaluatedKey) } : {}),
    };
  }

  async putItem(table: string, value: Record<string, unknown>, isTyped: boolean): Promise<void> {
    this.#table(table);
    await this.#dynamodb("PutItem", {
      TableName: table,
      Item: isTyped ? value : typedItem(value),
    });
  }

  async deleteItem(table: string, key: Item): Promise<void> {
    this.#table(table);
    await this.#dynamodb("DeleteItem", { TableName: table, Key: key });
  }

  async messages(queue: string): Promise<ShownMessage[]> {
    const { ready, delayed, inFlight } = await this.#queues().peek(queue);
    const shown = (messages: PeekedMessages["ready"], state: string) =>
      messages.map(({ messageId, body, sentTimestamp, approximateReceiveCount }) => ({
        id: messageId,
        body,
        sent: sentTimestamp,
        received: approximateReceiveCount,
        state,
      }));
    return [...shown(ready, "waiting"), ...shown(delayed, "delayed"), ...shown(inFlight, "being worked on")];
  }

  async sendMessage(queue: string, body: string): Promise<void> {
    await this.#queues().send(queue, body, queue.endsWith(".fifo") ? "console" : undefined);
  }

  async purge(queue: string): Promise<void> {
    await this.#queues().purge(queue);
  }

  /** Sends every dead letter to the queue that it came from; gives how many. */
  async redrive(queue: string): Promise<number> {
    return (await this.#queues().redrive(queue)).count;
  }

  async objects(bucket: string, prefix: string): Promise<ListedObject[]> {
    return (await (await this.#buckets()).list(bucket, prefix)).slice(0, MOST_OBJECTS);
  }

  async object(bucket: string, key: string): Promise<{ text: string; size: number; isBinary: boolean }> {
    const chunks: Buffer[] = [];
    const into = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await (await this.#buckets()).get(bucket, key, into);
    const body = Buffer.concat(chunks);
    const text = body.subarray(0, LONGEST_SHOWN).toString();
    const isBinary = text.includes("\u0000");
    return { text: isBinary ? "" : text, size: body.length, isBinary };
  }

  async putObject(bucket: string, key: string, body: Buffer): Promise<void> {
    await (await this.#buckets()).put(bucket, key, body);
  }

  async deleteObject(bucket: string, key: string): Promise<void> {
    await (await this.#buckets()).delete(bucket, key);
  }

  /** `filter`: MongoDB's own, as extended JSON. */
  async documents(database: string, collection: string, filter: string): Promise<unknown[]> {
    const EJSON = await extendedJson();
    const wanted = EJSON.parse(filter === "" ? "{}" : filter) as Record<string, unknown>;
    const found = await (await this.#collection(database, collection)).find(wanted).limit(PAGE).toArray();
    return found.map((document) => EJSON.serialize(document));
  }

  async putDocument(database: string, collection: string, document: unknown): Promise<void> {
    const EJSON = await extendedJson();
    const read = EJSON.deserialize(document as Record<string, unknown>) as Record<string, unknown>;
    const of = await this.#collection(database, collection);
    if (read._id === undefined) await of.insertOne(read);
    else await of.replaceOne({ _id: read._id } as object, read, { upsert: true });
  }

  async deleteDocument(database: string, collection: string, id: unknown): Promise<boolean> {
    const EJSON = await extendedJson();
    const { _id } = EJSON.deserialize({ _id: id }) as { _id: unknown };
    const of = await this.#collection(database, collection);
    const { deletedCount } = await of.deleteOne({ _id } as object);
    return deletedCount > 0;
  }

  async runSchedule(id: string): Promise<void> {
    if (!(await this.#run.services.schedules.runNow(id)))
      throw new UserError("This schedule is not at work here: the terminal said why at the start.");
  }

  #schedules(): ScheduleSummary[] {
    return schedules(this.#run.recording).map(({ urn, name, expression, timeZone, targetArn }) => ({
      id: urn,
      name,
      expression,
      timeZone,
      target: targetArn.split(":").slice(5).join(":"),
      next: nextTimes(expression, timeZone),
    }));
  }

  async #collections(): Promise<Pick<DataSummary, "collections" | "mongodb">> {
    const { mongodb } = this.#run.services;
    if (mongodb.uri === undefined) return { collections: [] };
    if (mongodb.late) return { collections: [], mongodb: mongodb.description };
    const client = await this.#client();
    const { databases } = await client.db().admin().listDatabases();
    const own = databases.filter(({ name }) => !["admin", "local", "config"].includes(name));
    const found = own.map(async ({ name: database }) => {
      const names = await client.db(database).listCollections({}, { nameOnly: true }).toArray();
      return Promise.all(
        names.map(async ({ name }) => ({
          database,
          name,
          documents: await client.db(database).collection(name).estimatedDocumentCount(),
        })),
      );
    });
    return { collections: (await Promise.all(found)).flat() };
  }

  async #collection(database: string, name: string): Promise<Collection> {
    return (await this.#client()).db(database).collection(name);
  }

  /** Loaded when somebody looks: the driver takes longer to load than all the rest. */
  #client(): Promise<MongoClient> {
    const { uri } = this.#run.services.mongodb;
    if (uri === undefined) throw new UserError("The program has no MongoDB.");
    if (this.#mongo?.uri === uri) return this.#mongo.client;
    void this.close();
    const client = import("mongodb").then(async ({ MongoClient }) =>
      new MongoClient(uri, { serverSelectionTimeoutMS: 5_000, maxPoolSize: 4 }).connect(),
    );
    client.catch(() => {
      this.#mongo = undefined;
    });
    this.#mongo = { uri, client };
    return client;
  }

  #table(name: string): TableDefinition {
    const found = tableDefinitions(this.#run.recording).find(({ create }) => create.TableName === name);
    if (!found) throw new UserError(`There is no table ${name}.`);
    return found;
  }

  /** In DynamoDB's own JSON: the SDK's plain values would lose which type a set or a long number has. */
  async #dynamodb<Output>(operation: string, input: object): Promise<Output> {
    const { endpoint } = localTarget(this.#run.context).aws;
    if (endpoint === undefined) throw new UserError("The program has no table.");
    const client = new JsonClient({
      endpoint: new URL(String(endpoint)),
      service: "dynamodb",
      region: regionOf(this.#run.recording),
      credentials: operatorCredentials,
    });
    try {
      return await client.call<Output>(operation, input);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      throw new UserError(`${operation}: ${error.code} ${error.detail}`.trim());
    }
  }

  #queues(): Queues {
    return new Queues(this.#run.status().stores);
  }

  /** Loaded when somebody looks: the SDK of S3 is large. */
  async #buckets(): Promise<Buckets> {
    const { Buckets } = await import("../local/stores/buckets.ts");
    return new Buckets(this.#run.status());
  }
}

async function extendedJson() {
  return (await import("mongodb")).BSON.EJSON;
}

function tableSummary({ create }: TableDefinition): TableSummary {
  const types = new Map(
    create.AttributeDefinitions.map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]),
  );
  return {
    name: create.TableName,
    keys: create.KeySchema.map(({ AttributeName }) => ({
      name: AttributeName,
      type: types.get(AttributeName) ?? "S",
    })),
  };
}

function nextTimes(expression: string, timeZone: string): number[] {
  const parsed = parseExpression(expression, timeZone);
  const times: number[] = [];
  for (let at = new Date(); times.length < NEXT_TIMES; ) {
    const next = parsed.next(at);
    if (!next) break;
    times.push(next.getTime());
    at = next;
  }
  return times;
}
