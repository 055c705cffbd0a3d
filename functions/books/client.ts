/** The connection to MongoDB: opened by the first call on a worker and kept for the next ones. */
import mongoose from "mongoose";
import { environment } from "../environment.ts";

const uri = environment("BOOKS_MONGODB_URI");

mongoose.set({
  strictQuery: "throw",
  sanitizeFilter: true,
  bufferCommands: false,
  autoIndex: false,
  autoCreate: false,
});

/**
 * Times in milliseconds: together below the 6 s within which an answer must leave (docs/decisions/029-store-times.md). How many
 * connections there may be the connection string says, because the program plans with it (docs/decisions/019-connections.md).
 */
const options: mongoose.ConnectOptions = {
  maxIdleTimeMS: 60_000,
  serverSelectionTimeoutMS: 2_500,
  connectTimeoutMS: 2_000,
  socketTimeoutMS: 2_000,
  waitQueueTimeoutMS: 2_000,
};

let connection: Promise<unknown> | undefined;

/** A connection that failed is forgotten, so that the next call tries again instead of failing from memory. */
export function connected(): Promise<unknown> {
  connection ??= mongoose.connect(uri, options).catch((error: unknown) => {
    connection = undefined;
    throw error;
  });
  return connection;
}

/**
 * Gives up a connection that finds no server any more, so that the next call makes a new one. The driver looks for the
 * server by itself, but was seen to stop doing so for ever after a connection that was closed on one side only.
 */
export async function disconnect(): Promise<void> {
  connection = undefined;
  await mongoose.disconnect();
}
