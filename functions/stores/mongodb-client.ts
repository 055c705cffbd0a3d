/** Connections to MongoDB, one a cluster: opened by the first call on a worker and kept for the next ones. */
import mongoose from "mongoose";

/** Milliseconds of one attempt at an operation: then its connection is cut, and the server gives it up as well. */
export const ATTEMPT = 2_000;

mongoose.set({
  strictQuery: "throw",
  sanitizeFilter: true,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
  maxTimeMS: ATTEMPT,
});

/**
 * Times in milliseconds: together below the 6 s within which an answer must leave (docs/decisions/029-store-times.md). How many
 * connections there may be the connection string says, because the program plans with it (packages/components/docs/decisions/019-connections.md).
 */
const options: mongoose.ConnectOptions = {
  maxIdleTimeMS: 60_000,
  serverSelectionTimeoutMS: 2_500,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: ATTEMPT,
  waitQueueTimeoutMS: 2_000,
};

export type Client = Promise<mongoose.Connection>;

/** By the address of their cluster, of whatever database of it the connection string speaks. */
const clients = new Map<string, Client>();

export function connected(uri: string): Client {
  const cluster = addressOf(uri);
  const known = clients.get(cluster);
  if (known !== undefined) return known;
  const client = open(uri);
  clients.set(cluster, client);
  // One that is closed, by whomever, is of no more use.
  client.then(
    (connection) => connection.once("close", () => giveUp(uri, client)),
    () => {},
  );
  return client;
}

const addressOf = (uri: string): string => /^[^/]+\/\/[^/?]+/.exec(uri)?.[0] ?? uri;

async function open(uri: string): Client {
  const connection = mongoose.createConnection(uri, options);
  try {
    return await connection.asPromise();
  } catch (error) {
    discard(connection);
    throw error;
  }
}

/**
 * Gives up a client that is of no more use, so that the next call makes a new one. The driver heals most of what breaks, not
 * all: see docs/decisions/084-fresh-clients.md. One that somebody gave up before stays given up, the one made since stays.
 */
export function giveUp(uri: string, client: Client): void {
  if (client !== clients.get(addressOf(uri))) return;
  clients.delete(addressOf(uri));
  // One that never connected was discarded by then.
  client.then(discard, () => {});
}

/** Nobody waits for it: to close what is broken may fail, or take as long as what it was given up for. */
function discard(connection: mongoose.Connection): void {
  connection.destroy(true).catch(() => {});
}
