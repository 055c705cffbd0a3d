/** A thread for the tests of `Emulator`. */
import { workerData } from "node:worker_threads";
import { type Answer, createFront } from "../../../local/emulators/front.ts";
import type { ThreadData } from "../../../local/emulators/messages.ts";
import { reportEvent, serve } from "../../../local/emulators/thread-side.ts";

let declared: string[] = [];

const text = (status: number, body: string): Answer => ({ status, headers: {}, body });

async function answer(url: string): Promise<Answer> {
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
  port: (workerData as ThreadData).port,
  async declare(resources) {
    if (resources.includes("impossible")) throw new RangeError("not this");
    const kept = declared.filter((name) => !resources.includes(name));
    declared = resources;
    return kept;
  },
  async tidy() {},
  async close() {},
});
