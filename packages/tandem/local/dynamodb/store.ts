/// <reference path="./dynalite.d.ts" />
/**
 * Dynalite, asked in this process instead of over a socket: requests are handed to its HTTP handler as objects. The only
 * module that knows dynalite, beside what checks requests by its rules (`well-formed.ts`).
 */
import { EventEmitter } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import dynalite from "dynalite";
import { Level } from "level";
import type { Answer } from "../emulators/front.ts";
import { DynamodbError } from "./dynamodb-error.ts";
import { reworded } from "./wording.ts";

/** One operation for this program itself, e.g. `CreateTable`. Rejects with a DynamodbError. */
export type Run = <Output>(operation: string, input: object) => Promise<Output>;

/**
 * Dynalite 4.0 ends what it reads by calling `return`, and level's iterators know only `close`: every query and scan would
 * leave one open, with its snapshot of the data.
 */
async function endByReturn(level: Level): Promise<void> {
  for (const iterator of [level.keys(), level.values()]) {
    const prototype = Object.getPrototypeOf(iterator);
    prototype.return ??= prototype.close;
    await iterator.close();
  }
}

const DROPPED = /(\/\S+|[A-Z]:\\\S+): dropping (\d+) bytes; (?:Corruption: )?(.*)$/;

/** Dynalite wants to see a signature but does not check it. The guard has done that by now. */
const AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local";

export class Store {
  readonly #server: ReturnType<typeof dynalite>;
  readonly #pending = new Set<Promise<Answer>>();
  #closing = false;
  /** Of who has the store alone; the others wait for it. */
  #alone: Promise<void> | undefined;
  /** Where the files are. */
  readonly folder: string;

  /** Rejects when the data in the folder cannot be read. */
  static async open(folder: string): Promise<Store> {
    // Dynalite opens its files at the first request and throws out of reach when it cannot; so they are tried first.
    const level = new Level(folder);
    await level.open();
    await endByReturn(level);
    await level.close();
    return new Store(folder);
  }

  /** What LevelDB could not read when `open` opened the data and has left out, a sentence each: it says so only in its own log. */
  static leftOut(folder: string): string[] {
    // Each opening begins a new log, and dynalite opens the data again at the first request.
    const log = path.join(folder, "LOG");
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    return lines.flatMap((line) => {
      const [, file, bytes, why] = DROPPED.exec(line) ?? [];
      return file === undefined ? [] : [`${file} is damaged (${why}): ${bytes} bytes of it are left out.`];
    });
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.#server = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  }

  /** The answer to a request whose signature was checked. */
  async send(target: string, body: Buffer): Promise<Answer> {
    while (this.#alone) await this.#alone;
    if (this.#closing) return { status: 500, headers: {}, body: "{}" };
    const answer = this.#send(target, body);
    this.#pending.add(answer);
    return answer.finally(() => this.#pending.delete(answer));
  }

  /** What was begun before ends first, what comes meanwhile waits. */
  async alone<T>(work: (run: Run, send: Store["send"]) => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#alone = promise;
    try {
      await Promise.all(this.#pending);
      const send: Store["send"] = (target, body) => this.#send(target, body);
      return await work((operation, input) => runBy(send, operation, input), send);
    } finally {
      this.#alone = undefined;
      resolve();
    }
  }

  #send(target: string, body: Buffer): Promise<Answer> {
    const request = Object.assign(new EventEmitter(), {
      method: "POST",
      url: "/",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": target,
        "x-amz-date": "local",
        authorization: AUTHORIZATION,
      },
    });
    return new Promise((resolve) => {
      const answer: Answer = { status: 200, headers: {}, body: "" };
      const response = {
        setHeader: (name: string, value: string | number) => {
          answer.headers[name.toLowerCase()] = String(value);
        },
        set statusCode(status: number) {
          answer.status = status;
        },
        end: (text = "") => {
          const answered = { ...answer, body: text };
          const operation = target.slice(target.indexOf(".") + 1);
          resolve(answer.status === 400 ? reworded(operation, body, answered) : answered);
        },
      };
      this.#server.emit("request", request, response);
      request.emit("data", body);
      request.emit("end");
    });
  }

  readonly run: Run = (operation, input) =>
    runBy((target, body) => this.send(target, body), operation, input);

  /** Everything that was asked for is written when this resolves. */
  async close(): Promise<void> {
    while (this.#alone) await this.#alone;
    this.#closing = true;
    await Promise.all(this.#pending);
    // Dynalite closes its files with its server, and only a server that listens can be closed.
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    await new Promise<void>((resolve, reject) =>
      this.#server.close((error) => (error ? reject(error) : resolve())),
    );
  }
}

async function runBy<Output>(send: Store["send"], operation: string, input: object): Promise<Output> {
  const body = Buffer.from(JSON.stringify(input));
  return outputOf<Output>(operation, await send(`DynamoDB_20120810.${operation}`, body));
}

/** Of an answer. Throws the DynamodbError that it is. */
export function outputOf<Output>(operation: string, answer: Answer): Output {
  const output = JSON.parse(String(answer.body)) as Output & {
    __type?: string;
    message?: string;
    Message?: string;
  };
  if (answer.status === 200) return output;
  const code = output.__type?.split("#").at(-1) ?? String(answer.status);
  throw new DynamodbError(operation, code, output.message ?? output.Message ?? "");
}
