/** Serves DynamoDB in a thread of its own. */
import { workerData } from "node:worker_threads";
import { createFront } from "../emulators/front.ts";
import type { ThreadData } from "../emulators/messages.ts";
import { guard, reportRefusal, serve } from "../emulators/thread-side.ts";
import { answerDynamodb, failure } from "./answer.ts";
import { deleteExpired } from "./expiry.ts";
import { Store } from "./store.ts";
import type { TableDefinition } from "./table-definitions.ts";
import { reconcile } from "./tables.ts";

/** How often expired items are looked for. AWS promises a few days. */
const EXPIRY_MS = 60_000;
/** DynamoDB's own limit of a request, in bytes. */
const LARGEST_REQUEST = 16 * 1024 * 1024;

const { folder, port } = workerData as ThreadData;
const store = await Store.open(folder);
let tables: TableDefinition[] = [];

const options = {
  store,
  guard,
  partitionKey: (table: string) =>
    tables.find(({ create }) => create.TableName === table)?.create.KeySchema[0]?.AttributeName,
  onRefusal: reportRefusal,
};
const sweep = setInterval(() => void expire(), EXPIRY_MS);

await serve<TableDefinition[]>({
  front: createFront({
    largestRequest: LARGEST_REQUEST,
    tooLarge: failure("RequestEntityTooLarge", "The request is larger than 16 MB.", 413),
    answer: (request) => answerDynamodb(options, request),
    failed: (error) => failure("InternalServerError", String(error), 500),
  }),
  port,
  async declare(declared) {
    const kept = await reconcile(store, declared);
    tables = declared;
    return kept;
  },
  tidy: expire,
  async close() {
    clearInterval(sweep);
    await store.close();
  },
});

async function expire(): Promise<void> {
  for (const table of tables) await deleteExpired(store, table);
}
