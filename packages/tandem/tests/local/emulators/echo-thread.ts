/** A thread for the tests of `Emulator`. */
import { existsSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import path from "node:path";
import { workerData } from "node:worker_threads";
import { type Answer, createFront } from "../../../local/emulators/front.ts";
import type { ThreadData } from "../../../local/emulators/messages.ts";
import {
  RefusedDeclaration,
  reportEvent,
  serve,
  UnreadableData,
} from "../../../local/emulators/thread-side.ts";

const { folder, port } = workerData as ThreadData;
let declared: string[] = [];

const text = (status: number, body: string): Answer => ({ status, headers: {}, body });

async function answer(url: string): Promise<Answer> {
  if (url === "/compiled") return text(200, String(getCompileCacheDir()));
  if (url === "/fail") throw new Error("failed");
  if (url === "/event") reportEvent("asked for /event");
  if (url === "/hang") return new Promise(() => {});
  if (url === "/die") {
    setImmediate(() => {
      throw new Error("out of reach");
    });
    return new Promise(() => {});
  }
  return text(200, JSON.stringify(declared));
}

await serve<string[]>({
  front: createFront({
    largestRequest: 1000,
    tooLarge: text(413, "too large"),
    answer: ({ url }) => answer(url),
    failed: (error) => text(500, String(error)),
  }),
  port,
  async declare(resources) {
    if (resources.includes("impossible")) throw new RangeError("not this");
    // As SQLite says it.
    if (resources.includes("too much")) throw new RefusedDeclaration("Queue q: database or disk is full");
    // As LevelDB says it, for as long as the test lets this file lie there.
    if (existsSync(path.join(folder, "full")))
      throw new UnreadableData(new Error("IO error: 000005.log: No space left on device"));
    const kept = declared.filter((name) => !resources.includes(name));
    declared = resources;
    return kept;
  },
  async tidy() {},
  async close() {},
});
