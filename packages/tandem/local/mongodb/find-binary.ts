/**
 * Finds a program that speaks MongoDB's protocol, nearest to the real thing first: a `mongod` on the PATH, the one that
 * was downloaded or the FerretDB that was built before, a download of `mongod`, a build of FerretDB. The network is
 * asked once a machine: what was found is remembered in the cache folder.
 */

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { sibling } from "../../shared/places.js";
import { UserError } from "../../shared/user-error.js";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { findOnPath, isExecutable } from "../find-on-path.ts";
import { cacheFolder, type ObtainOptions, type ServerBinary } from "./binary.ts";
import { buildFerretdb, ferretdbFile } from "./build-ferretdb.ts";
import type { Downloaded } from "./download-mongod.ts";

const run = promisify(execFile);

export async function findBinary(options: ObtainOptions): Promise<ServerBinary> {
  return (await findPresent(options.environment)) ?? (await obtainBinary(options));
}

/** What is on this machine already: takes milliseconds. */
export async function findPresent(environment: NodeJS.ProcessEnv): Promise<ServerBinary | undefined> {
  const onPath = findOnPath("mongod", environment);
  if (onPath) return { kind: "mongod", file: onPath, version: await mongodVersion(onPath) };
  return remembered(cacheFolder(environment));
}

export function isPresent(environment: NodeJS.ProcessEnv): boolean {
  return (
    findOnPath("mongod", environment) !== undefined || remembered(cacheFolder(environment)) !== undefined
  );
}

/** Takes seconds to minutes. */
export async function obtainBinary(options: ObtainOptions): Promise<ServerBinary> {
  const cache = cacheFolder(options.environment);
  const tried = ["no mongod is on the PATH"];
  for (const obtain of [downloadMongod, buildFromSource]) {
    try {
      const binary = await obtain(cache, options);
      remember(cache, binary);
      return binary;
    } catch (error) {
      options.signal?.throwIfAborted();
      tried.push((error as Error).message);
    }
  }
  throw new UserError(
    [
      "No MongoDB could be had on this machine.",
      ...tried.map((reason) => `  - ${reason}`),
      "Ways out: install mongod, or install Go 1.24 or newer, or set MONGODB_URI to a MongoDB that you have.",
    ].join("\n"),
  );
}

async function mongodVersion(file: string): Promise<string> {
  const { stdout } = await run(file, ["--version"]);
  return /db version v?(\S+)/.exec(stdout)?.[1] ?? "of unknown version";
}

async function downloadMongod(
  cache: string,
  { environment, log, signal }: ObtainOptions,
): Promise<ServerBinary> {
  log("MongoDB: no mongod on the PATH; downloading one (once on this machine) …");
  const thread = new Worker(sibling(import.meta.url, "download-mongod"), {
    execArgv: [],
    workerData: { cache },
    env: environment,
  });
  try {
    const [downloaded] = (await once(thread, "message", signal ? { signal } : {})) as [Downloaded];
    if ("error" in downloaded) throw new Error(downloaded.error);
    const { file } = downloaded;
    return { kind: "mongod", file, version: await mongodVersion(file) };
  } catch (error) {
    throw new Error(`mongod could not be downloaded: ${firstLine((error as Error).message)}`);
  } finally {
    await thread.terminate();
  }
}

async function buildFromSource(cache: string, options: ObtainOptions): Promise<ServerBinary> {
  options.log("MongoDB: mongod could not be downloaded; using FerretDB instead.");
  const go = findOnPath("go", options.environment);
  if (!go) throw new Error("FerretDB could not be built: Go is not on the PATH");
  return buildFerretdb(go, cache, options);
}

/** What an earlier start found, unless it is gone or a newer FerretDB is pinned by now. */
export function remembered(cache: string): ServerBinary | undefined {
  let binary: ServerBinary;
  try {
    binary = JSON.parse(readFileSync(memoryFile(cache), "utf8")) as ServerBinary;
  } catch {
    return undefined; // nothing was found before, or the note was cut short
  }
  const current = binary.kind === "mongod" || binary.file === ferretdbFile(cache);
  return current && isExecutable(binary.file) ? binary : undefined;
}

function remember(cache: string, binary: ServerBinary): void {
  writeByRename(memoryFile(cache), JSON.stringify(binary));
}

function memoryFile(cache: string): string {
  return path.join(cache, "found.json");
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
