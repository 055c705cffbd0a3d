/**
 * `.local/<stack>`: what a local run keeps between starts, and the lock that lets one run at a time use it.
 *
 * The lock is `run.json` with the address of the run's control server. A run is alive when that server answers with
 * the token of the file; so neither a `kill -9` nor a process id that was given out again leaves a lock behind.
 */

import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { Values } from "../program/recording.ts";
import { makeFolder } from "../shared/make-folder.js";
import { UserError } from "../shared/user-error.js";
import { whenAlone } from "../shared/when-alone.js";
import { writeByRename } from "../shared/write-by-rename.ts";
import { createLocalServer } from "./callers.ts";
import { remedy, wayOut } from "./emulators/damage.ts";
import { useKeysOf } from "./iam/salt.ts";
import type { Stores } from "./store-list.ts";

export interface RunStatus {
  pid: number;
  stack: string;
  /** Of the program, for who calls its stores. */
  region: string;
  /** URL of the first API, once it listens. */
  url?: string;
  /** Variables by which an SDK reaches the emulators, e.g. `AWS_ENDPOINT_URL_DYNAMODB`. */
  variables: Record<string, string>;
  /** What can be looked into. */
  stores: Stores;
  /** The program's stack outputs, with local addresses. */
  outputs: Values;
}

const LOCK = "run.json";
/** Where the run's services listen. */
const PORTS = "ports.json";

/**
 * A run that has much to do answers late, and must not be taken for dead: another one would write into its data. Where none is
 * any more the connection is refused at once.
 */
const ANSWER_MS = 30_000;

interface LockFile {
  control: string;
  token: string;
}

export class StateFolder {
  readonly path: string;
  readonly #cwd: string;
  readonly #lockFile: string;
  #server: Server | undefined;
  #lock: LockFile | undefined;

  /** @param parent folder of the stacks' folders; `.local` of the project unless given */
  constructor(cwd: string, stack: string, parent = path.join(cwd, ".local")) {
    this.#cwd = cwd;
    this.path = path.join(parent, stack);
    this.#lockFile = path.join(this.path, LOCK);
  }

  /** Takes the folder for this run, or says who has it. `status` is asked whenever somebody looks. */
  async acquire(status: () => RunStatus): Promise<void> {
    this.#makeFolder();
    // Of runs that start in the same instant none may look while another is between its look and its lock.
    await whenAlone(`${this.#lockFile}.turn`, "starting here", () => this.#take(status)).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === undefined) throw error;
        throw new UserError(
          unusable(`The folder ${this.path} cannot be written to`, error.message, this.path),
        );
      },
    );
  }

  async #take(status: () => RunStatus): Promise<void> {
    const other = await this.running();
    if (other) throw alreadyRunning(this.path, other);
    useKeysOf(this.#cwd);
    const token = randomUUID();
    this.#server = createLocalServer((request, response) => {
      const known = request.headers.authorization === `Bearer ${token}`;
      response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
      response.end(JSON.stringify(known ? status() : { message: "Unauthorized" }));
    });
    await new Promise<void>((resolve) => this.#server?.listen(0, "127.0.0.1", resolve));
    this.#server.unref();
    const { port } = this.#server.address() as AddressInfo;
    this.#lock = { control: `http://127.0.0.1:${port}/`, token };
    writeByRename(this.#lockFile, JSON.stringify(this.#lock));
  }

  /** The run that has this folder now, if one is alive; its keys are then those of this process. */
  async running(): Promise<RunStatus | undefined> {
    const lock = this.#readLock();
    const status = lock && (await statusOf(lock));
    if (status) useKeysOf(this.#cwd);
    return status;
  }

  /** Path of a folder of its own for one service. Made here. */
  folder(service: string): string {
    const folder = path.join(this.path, service);
    try {
      makeFolder(folder);
    } catch (error) {
      const { message } = error as Error;
      throw new UserError(`${folder} cannot be made: ${message}. ${wayOut(message, this.path)}`);
    }
    return folder;
  }

  get portsFile(): string {
    return path.join(this.path, PORTS);
  }

  /** Deletes the data that the run kept; its addresses stay. Call it only while holding the folder. */
  reset(): void {
    // Beside the lock lies that of a run that waits for its turn.
    const data = readdirSync(this.path).filter((name) => !name.startsWith(LOCK) && name !== PORTS);
    for (const name of data) rmSync(path.join(this.path, name), { recursive: true, force: true });
  }

  /** Whether this run has the folder; somebody may have removed it, or given it to another run by that. */
  get isHeld(): boolean {
    return this.#lock !== undefined && this.#readLock()?.token === this.#lock.token;
  }

  release(): void {
    if (this.isHeld) rmSync(this.#lockFile, { force: true });
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#lock = undefined;
  }

  #makeFolder(): void {
    try {
      makeFolder(this.path);
      keepOutOfGit(path.dirname(this.path));
    } catch (error) {
      throw new UserError(
        unusable(`The folder ${this.path} cannot be made`, (error as Error).message, this.path),
      );
    }
  }

  #readLock(): LockFile | undefined {
    try {
      return JSON.parse(readFileSync(this.#lockFile, "utf8")) as LockFile;
    } catch {
      return undefined; // not there, or cut short by a crash
    }
  }
}

function unusable(what: string, why: string, folder: string): string {
  return `${what}: ${why}. ${remedy(why, folder) ?? "The local run keeps its data there"}.`;
}

/** Data and secrets of this machine lie there, and another program's repository knows nothing of the folder. */
function keepOutOfGit(folder: string): void {
  const file = path.join(folder, ".gitignore");
  if (!existsSync(file)) writeByRename(file, "*\n");
}

async function statusOf(lock: LockFile): Promise<RunStatus | undefined> {
  try {
    const response = await fetch(lock.control, {
      headers: { authorization: `Bearer ${lock.token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.ok ? ((await response.json()) as RunStatus) : undefined;
  } catch {
    return undefined; // nobody listens there any more: a lock left by a run that was killed
  }
}

function alreadyRunning(folder: string, other: RunStatus): UserError {
  const who = `process ${other.pid}${other.url ? `, ${other.url}` : ""}`;
  return new UserError(
    `Another local run uses ${folder} (${who}). End that one with Ctrl-C, or run another stack with --stack.`,
  );
}
