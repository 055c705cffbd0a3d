/** Serves DynamoDB in a thread of its own. */
import { workerData } from "node:worker_threads";
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { createFront } from "../emulators/front.ts";
import type { ThreadData } from "../emulators/messages.ts";
import {
  answered,
  guard,
  logLine,
  reportEvent,
  reportRefusal,
  serve,
  UnreadableData,
} from "../emulators/thread-side.ts";
import { answerDynamodb, failure } from "./answer.ts";
import { deleteExpired } from "./expiry.ts";
import { Store } from "./store.ts";
import { Streams } from "./streams/streams.ts";
import { type DeclaredTables, regionsOf, type TableDefinition } from "./table-definitions.ts";
import { putMissing, reconcile } from "./tables.ts";
import { TimeToLive } from "./time-to-live.ts";
import { Transactions } from "./transactions.ts";

/** How often expired items are looked for. AWS promises a few days. */
const EXPIRY_MS = 60_000;
/** DynamoDB's own limit of a request, in bytes. */
const LARGEST_REQUEST = 16 * 1024 * 1024;
const notReady = failure("InternalServerError", "No table is declared yet.", 500);

const { folder, port } = workerData as ThreadData;
let store: Store | undefined;
let transactions: Transactions | undefined;
let streams: Streams | undefined;
let timeToLive: TimeToLive | undefined;
let tables: TableDefinition[] = [];
/** Requests wait for it: a table that is being rebuilt is not there for a moment. */
let declared: Promise<unknown> = Promise.resolve();

const options = {
  guard,
  partitionKey: (table: string) =>
    tables.find(({ create }) => create.TableName === table)?.create.KeySchema[0]?.AttributeName,
  regions: (table: string) => regionsOf(tables.find(({ create }) => create.TableName === table)),
  onRefusal: reportRefusal,
};
const sweep = setInterval(() => void expire(), EXPIRY_MS);

await serve<DeclaredTables>({
  front: createFront({
    answered,
    largestRequest: LARGEST_REQUEST,
    tooLarge: failure("RequestEntityTooLarge", "The request is larger than 16 MB.", 413),
    // Nobody knows the address before the tables are declared.
    answer: async (request) => {
      await declared;
      return store && transactions && streams && timeToLive
        ? answerDynamodb({ ...options, store, transactions, streams, timeToLive }, request)
        : notReady;
    },
    failed: (error) => failure("InternalServerError", String(error), 500),
  }),
  port,
  declare(wanted) {
    const kept = declare(wanted);
    declared = kept.catch(() => {});
    return kept;
  },
  tidy: expire,
  async close() {
    clearInterval(sweep);
    await store?.close();
    await streams?.close();
  },
});

async function declare(wanted: DeclaredTables): Promise<string[]> {
  store ??= await open(wanted.region);
  transactions ??= await openTransactions(store);
  // Once no half of a transaction is left that could be taken for a change.
  streams ??= await Streams.open(store, wanted.region, reportEvent).catch((error: Error) => {
    throw new UnreadableData(error);
  });
  timeToLive ??= new TimeToLive(store);
  const kept = await reconcile(store, wanted.tables);
  tables = wanted.tables;
  timeToLive.declare(tables);
  await streams.declare(tables, wanted.readers);
  // What was told before a thread died may have reached nobody.
  for (const { arn } of wanted.readers) reportEvent(arn);
  await putMissing(store, streams, wanted.items);
  return kept;
}

async function expire(): Promise<void> {
  if (!store || !streams || !timeToLive) return;
  for (const table of await timeToLive.tables()) await deleteExpired({ store, streams }, table);
  await streams.log?.trim();
}

async function openTransactions(store: Store): Promise<Transactions> {
  const opened = new Transactions(store);
  if (await opened.recover())
    logLine("DynamoDB: the run before this one ended within a transaction, which is taken back.");
  return opened;
}

async function open(region: string): Promise<Store> {
  // Dynalite makes its ARNs of them.
  Object.assign(process.env, { AWS_REGION: region, AWS_ACCOUNT_ID: ACCOUNT_ID });
  try {
    const store = await Store.open(folder);
    for (const line of Store.leftOut(folder)) logLine(`DynamoDB: ${line}`);
    return store;
  } catch (error) {
    throw new UnreadableData(error as Error);
  }
}
