/** A MongoDB for this machine: `MONGODB_URI` when it is set, else a server process of our own with data in `folder`. */

import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { makeFolder } from "../../shared/make-folder.js";
import { UserError } from "../../shared/user-error.js";
import { anyPort, type KeptPort, listenAgain } from "../kept-ports.ts";
import type { ServerBinary, ServerKind } from "./binary.ts";
import { findBinary } from "./find-binary.ts";
import { endLeftover } from "./leftover.ts";
import { Supervisor } from "./supervisor.ts";

/** How long a server of somebody else may take to answer. */
const ANSWER_MS = 5000;

export interface MongoOptions {
  /** Where a server of our own keeps its data. */
  folder: string;
  port?: KeptPort;
  log(line: string): void;
  environment: NodeJS.ProcessEnv;
}

export interface MongoServer {
  /** Connection string without a database. It stays the same when the server is started again after a crash. */
  uri: string;
  version: string;
  kind: ServerKind | "external";
  /** Of our own server while it runs. */
  readonly pid: number | undefined;
  stop(): Promise<void>;
}

export async function startMongo(options: MongoOptions): Promise<MongoServer> {
  const external = options.environment.MONGODB_URI;
  return external
    ? useExternal(external)
    : startOwn(options, await findBinary(options), async () => freePort(options.port ?? anyPort));
}

async function useExternal(uri: string): Promise<MongoServer> {
  if (!/^mongodb(\+srv)?:\/\/[^/]/.test(uri)) {
    throw new UserError(
      "MONGODB_URI is set, but is no connection string: it begins with neither mongodb:// nor mongodb+srv://.",
    );
  }
  return { uri, version: await versionAt(uri), kind: "external", pid: undefined, stop: async () => {} };
}

/** Asks it, so that a server that is not there is found at the start and not by the first request that needs it. */
async function versionAt(uri: string): Promise<string> {
  // Loaded only here: who runs a server of our own does not wait for the driver.
  const { MongoClient } = await import("mongodb");
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: ANSWER_MS });
  try {
    await client.connect();
    const { version } = await client.db().command({ buildInfo: 1 });
    return String(version);
  } catch (error) {
    throw new UserError(
      `MONGODB_URI is set, but no MongoDB answers there: ${(error as Error).message}. ` +
        "Start it, or unset the variable to have one started here.",
    );
  } finally {
    await client.close();
  }
}

/** A server process of `binary`. */
export async function startOwn(
  { folder, log }: Omit<MongoOptions, "environment">,
  binary: ServerBinary,
  takePort: () => Promise<number>,
): Promise<MongoServer> {
  makeFolder(folder);
  reportDataElsewhere(folder, binary.kind, log);
  // One of a killed run would still have the port.
  await endLeftover(folder);
  const port = await takePort();
  const supervisor = new Supervisor({ binary, folder, port, log });
  await supervisor.start();
  return {
    uri: uriAt(port),
    version: binary.version,
    kind: binary.kind,
    get pid() {
      return supervisor.pid;
    },
    stop: () => supervisor.stop(),
  };
}

/** The two kinds cannot read each other's files. */
function reportDataElsewhere(folder: string, kind: ServerKind, log: (line: string) => void): void {
  const other = kind === "mongod" ? "ferretdb" : "mongod";
  if (existsSync(path.join(folder, kind)) || !existsSync(path.join(folder, other))) return;
  log(
    `MongoDB: this run uses ${kind}; what earlier runs kept with ${other} stays in ${path.join(folder, other)}.`,
  );
}

async function freePort(kept: KeptPort): Promise<number> {
  return (await holdPort(kept)).release();
}

export interface HeldPort {
  uri: string;
  /** Free for the server that is started next. */
  release(): Promise<number>;
}

/** A port that stays ours until the server is there; who connects before is sent away. */
export async function holdPort(kept: KeptPort): Promise<HeldPort> {
  const holder = createServer((socket) => socket.destroy());
  const port = await listenAgain(holder, kept);
  return {
    uri: uriAt(port),
    async release() {
      holder.close();
      await once(holder, "close");
      return port;
    },
  };
}

function uriAt(port: number): string {
  return `mongodb://127.0.0.1:${port}/`;
}
