/** Where records go: a DynamoDB table or a MongoDB collection of a stack, found by the stack's outputs. */

import { setTimeout as sleep } from "node:timers/promises";
import { BatchWriteItemCommand, DynamoDBClient, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { MongoClient } from "mongodb";
import { UserError } from "../../shared/user-error.js";
import type { DataTarget } from "../local-target.ts";
import type { CollectionSeed, Seed, TableSeed } from "./seed.ts";

export interface Sink<Item = unknown> {
  /** For a person, e.g. `table tandem-dev-orders`. */
  description: string;
  /** Items in one write at most. */
  batchSize: number;
  /** Two items with the same key are one, the later. */
  keyOf(item: Item): string;
  write(items: Item[]): Promise<void>;
  close(): Promise<void>;
}

/** First wait before what was not taken is sent again, in ms; doubles up to the ceiling, each time a random part of it. */
const FIRST_BACK_OFF_MS = 50;
const LONGEST_BACK_OFF_MS = 5_000;
const MOST_ATTEMPTS = 10;
/** How long to look for the MongoDB server before saying that it is not there, in ms. */
const SERVER_SELECTION_MS = 5_000;

export function openSink(seed: Seed, target: DataTarget): Sink {
  return (seed.into === "table" ? tableSink(seed, target) : collectionSink(seed, target)) as Sink;
}

type Item = Extract<ReturnType<TableSeed["toItem"]>, { ok: true }>["item"];

function tableSink({ name, keys }: TableSeed, { outputs, aws }: DataTarget): Sink<Item> {
  const tableName = (outputs.tables as Record<string, unknown> | undefined)?.[name];
  if (typeof tableName !== "string")
    throw new UserError(
      `The stack's output "tables" names no table "${name}". Declare it there, or take the seed out of data/seeds.ts.`,
    );
  const client = new DynamoDBClient(aws);
  return {
    description: `table ${tableName}`,
    // The most that one BatchWriteItem takes.
    batchSize: 25,
    keyOf: (item) => JSON.stringify(keys.map((key) => item[key])),
    write: (items) =>
      explained(`Table ${tableName}`, TABLE_REMEDY, () => writeBatch(client, tableName, items)),
    close: async () => client.destroy(),
  };
}

const TABLE_REMEDY =
  "Is it deployed in the account and region of your AWS credentials? `npm run doctor` shows who you are.";
const COLLECTION_REMEDY =
  "Is the cluster up, this machine's address in its access list (config `atlasAccess`), and your AWS identity one of its users?";

/** What an SDK or a driver says, as what a person can mend; where the load stopped is kept. */
async function explained(store: string, remedy: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${store} did not take the data: ${message}. ${remedy} The same command goes on from where it stopped.`,
      { cause: error },
    );
  }
}

async function writeBatch(client: DynamoDBClient, tableName: string, items: Item[]): Promise<void> {
  let requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 1; requests.length > 0; attempt++) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    requests = UnprocessedItems?.[tableName] ?? [];
    if (requests.length === 0) return;
    if (attempt === MOST_ATTEMPTS) {
      throw new UserError(
        `Table ${tableName} did not take ${requests.length} items in ${MOST_ATTEMPTS} attempts: it is throttled. Run it again; it goes on from here.`,
      );
    }
    await sleep(Math.random() * Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** attempt));
  }
}

function collectionSink({ name, database }: CollectionSeed, { outputs }: DataTarget): Sink<{ _id: unknown }> {
  const { connectionString } = outputs;
  if (typeof connectionString !== "string")
    throw new UserError('The stack has no output "connectionString".');
  const client = new MongoClient(connectionString, { serverSelectionTimeoutMS: SERVER_SELECTION_MS });
  const collection = client.db(database).collection<{ _id: never }>(name);
  const where = `${client.db(database).databaseName}.${name}`;
  return {
    description: `collection ${where}`,
    batchSize: 100,
    keyOf: ({ _id }) => String(_id),
    write(items) {
      const operations = items.map(({ _id, ...fields }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $setOnInsert: fields }, upsert: true },
      }));
      return explained(`Collection ${where}`, COLLECTION_REMEDY, async () => {
        await collection.bulkWrite(operations, { ordered: false });
      });
    },
    close: () => client.close(),
  };
}
