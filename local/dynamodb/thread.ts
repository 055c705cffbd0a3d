/**
 * Serves DynamoDB in a thread of its own: the gateway keeps its event loop to itself, and an error that dynalite throws
 * where nobody can catch it ends this thread, not the run.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { Guard } from "../iam/guard.ts";
import { deleteExpired } from "./expiry.ts";
import { createFront } from "./front.ts";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { Store } from "./store.ts";
import type { TableDefinition } from "./table-definitions.ts";
import { reconcile } from "./tables.ts";

/** How often expired items are looked for. AWS promises a few days. */
const EXPIRY_MS = 60_000;

const { folder, port } = workerData as ThreadData;
const store = await Store.open(folder);
let guard = new Guard([]);
let tables: TableDefinition[] = [];

const front = createFront({
  store,
  guard: () => guard,
  partitionKey: (table) =>
    tables.find(({ create }) => create.TableName === table)?.create.KeySchema[0]?.AttributeName,
  onRefusal: (refusal) => post({ kind: "refused", refusal }),
});
front.listen(port, "127.0.0.1");
await once(front, "listening");

const sweep = setInterval(() => void expire(), EXPIRY_MS);
sweep.unref();
parentPort?.on("message", (message: ToThread) => {
  obey(message).catch((error: Error) => {
    post({ kind: "failed", id: message.id, name: error.name, message: error.message });
  });
});
post({ kind: "listening", port: (front.address() as AddressInfo).port });

async function obey(message: ToThread): Promise<void> {
  let undeclared: string[] = [];
  if (message.kind === "declare") {
    undeclared = await reconcile(store, message.tables);
    tables = message.tables;
    guard = new Guard(message.roles);
  } else if (message.kind === "expire") {
    await expire();
  } else {
    await stop();
  }
  post({ kind: "done", id: message.id, undeclared });
}

async function expire(): Promise<void> {
  for (const table of tables) await deleteExpired(store, table);
}

async function stop(): Promise<void> {
  clearInterval(sweep);
  const closed = once(front, "close");
  front.close();
  front.closeAllConnections();
  await closed;
  await store.close();
}

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}
