/**
 * Ports of a run's own services, kept beside its data: what was once entered in Compass or a script leads there after every
 * start. One that somebody else has taken meanwhile is given up, and that is said.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { writeByRename } from "../shared/write-by-rename.ts";

export interface KeptPort {
  /** Of the last start; 0 where there was none. */
  readonly last: number;
  /** Where the service listens now. */
  keep(port: number): void;
}

/** For who has nothing to keep. */
export const anyPort: KeptPort = { last: 0, keep: () => {} };

export interface Ports {
  /** `service`: for a person, e.g. `DynamoDB`. */
  of(service: string): KeptPort;
}

export const anyPorts: Ports = { of: () => anyPort };

export class KeptPorts implements Ports {
  readonly #file: string;
  readonly #log: (line: string) => void;
  readonly #ports: Map<string, number>;

  constructor(file: string, log: (line: string) => void) {
    this.#file = file;
    this.#log = log;
    this.#ports = this.#read();
  }

  of(service: string): KeptPort {
    const last = this.#ports.get(service) ?? 0;
    return {
      last,
      keep: (port) => {
        // A service that died comes again at the same port.
        if (port === (this.#ports.get(service) ?? 0)) return;
        if (last !== 0)
          this.#log(`${service}: port ${last} of the last start is taken; it listens on ${port} now.`);
        this.#ports.set(service, port);
        writeByRename(this.#file, `${JSON.stringify(Object.fromEntries(this.#ports), null, 2)}\n`);
      },
    };
  }

  #read(): Map<string, number> {
    try {
      const entries = Object.entries(JSON.parse(readFileSync(this.#file, "utf8")) as object);
      return new Map(entries.filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65_536));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT")
        this.#log(`${this.#file} cannot be read (${message}): the stores get new addresses.`);
      return new Map();
    }
  }
}

/** Listens on this machine at the port or, where another process has it, at any free one. */
export function listenAt(server: Server, port: number, mayMove = true): Promise<number> {
  const listen = (at: number) => listenHere(server, at);
  return mayMove ? orAnywhere(listen, port) : listen(port);
}

/** Resolves once it listens where it did the last time, if it can. */
export function listenAgain(server: Server, kept: KeptPort): Promise<number> {
  return keepPort((port) => listenHere(server, port), kept);
}

/** The same for who listens in a way of its own: `listen` resolves to the port. */
export async function keepPort(listen: Listen, kept: KeptPort): Promise<number> {
  const port = await orAnywhere(listen, kept.last);
  kept.keep(port);
  return port;
}

type Listen = (port: number) => Promise<number>;

async function orAnywhere(listen: Listen, port: number): Promise<number> {
  try {
    return await listen(port);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (port === 0 || (code !== "EADDRINUSE" && code !== "EACCES")) throw error;
    return listen(0);
  }
}

async function listenHere(server: Server, port: number): Promise<number> {
  const listening = once(server, "listening");
  server.listen(port, "127.0.0.1");
  await listening;
  return (server.address() as AddressInfo).port;
}
