import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Emulator } from "../../../local/emulators/emulator.ts";
import { compileCache } from "../../../shared/places.js";
import { withVariables } from "../../support/variables.ts";

/** Answers with what was declared last; `GET /die` throws where nobody can catch it. */
const entry = new URL("echo-thread.ts", import.meta.url);

let folder: string;
let lines: string[];
let events: string[];
let emulator: Emulator<string[], string>;

async function start() {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-emulator-"));
  lines = [];
  events = [];
  emulator = new Emulator<string[], string>({
    name: "Echo",
    entry,
    folder,
    log: (line) => lines.push(line),
    onRefusal: () => {},
    onEvent: (event) => events.push(event),
  });
  await emulator.start();
}

async function stop() {
  await emulator.stop();
  rmSync(folder, { recursive: true });
}

const ask = async (what: string) => (await fetch(emulator.url + what)).text();

describe("thread of an emulator", () => {
  let keptAtFirst: string[];

  before(async () => {
    await start();
    keptAtFirst = await emulator.declare(["first"], []);
  });
  after(stop);

  it("takes over what is declared and says what is kept", async () => {
    assert.deepEqual(keptAtFirst, []);
    await emulator.declare(["a"], []);
    assert.deepEqual(await emulator.declare(["b"], []), ["a"]);
    assert.equal(await ask("/"), '["b"]');
  });

  it("rejects a declaration that the thread refuses, with its name and message, and keeps the last", async () => {
    await emulator.declare(["a"], []);
    await assert.rejects(emulator.declare(["impossible"], []), { name: "RangeError", message: "not this" });
    assert.equal(await ask("/"), '["a"]');
  });

  it("says what helps where a declaration finds no room", async () => {
    await assert.rejects(emulator.declare(["too much"], []), {
      message: `Queue q: database or disk is full. The disk is full: make room where ${folder} is; what is kept there stays.`,
    });
  });

  it("hands on events", async () => {
    await ask("/event");
    while (events.length === 0) await pause(10);
    assert.deepEqual(events, ["asked for /event"]);
  });

  it("answers a request that fails, and the next one", async () => {
    await emulator.declare(["a"], []);
    const response = await fetch(`${emulator.url}/fail`);
    assert.equal(response.status, 500);
    assert.equal(await ask("/"), '["a"]');
  });

  it("refuses a body that is too large without reading it into memory", async () => {
    const response = await fetch(emulator.url, { method: "POST", body: "x".repeat(5000) });
    assert.equal(response.status, 413);
  });
});

describe("thread of an emulator, from start to stop,", () => {
  beforeEach(start);
  afterEach(stop);

  it("loads what V8 compiled already, where no variable says so either", async () => {
    await emulator.stop();
    await withVariables({ NODE_COMPILE_CACHE: undefined }, () => emulator.start());
    assert.equal(path.dirname(await ask("/compiled")), compileCache);
  });

  it("comes back at the same address with what was declared when it dies", async () => {
    await emulator.declare(["a"], []);
    const { url } = emulator;
    await assert.rejects(ask("/die"));
    while (!lines.some((line) => line === "Echo is back.")) await pause(20);
    assert.equal(emulator.url, url);
    assert.equal(await ask("/"), '["a"]');
    assert.match(
      lines[0] ?? "",
      /^Echo ended unexpectedly \(out of reach\); starting it again\. If it goes on: Begin with empty stores by: .*--reset\.$/,
    );
  });

  it("comes back when its disk has room again: each thread ends before the next one starts", async () => {
    await emulator.declare(["a"], []);
    const { url } = emulator;
    const full = path.join(folder, "full");
    writeFileSync(full, "");
    await assert.rejects(ask("/die"));
    while (lines.filter((line) => / did not start: /.test(line)).length < 2) await pause(20);
    rmSync(full);
    const declared = emulator.declare(["b"], []);
    while (!lines.includes("Echo is back.")) await pause(20);
    assert.deepEqual(await declared, ["a"]);
    assert.equal(emulator.url, url);
    assert.equal(await ask("/"), '["b"]');
    const [, ...later] = lines;
    for (const line of later.filter((one) => / did not start: /.test(one))) {
      assert.equal(
        line,
        `Echo did not start: The data of the local Echo in ${folder} cannot be read: IO error: 000005.log: No space left on device. ` +
          `The disk is full: make room where ${folder} is; what is kept there stays. Trying again.`,
      );
    }
  });

  it("stops while it cannot come back", async () => {
    await emulator.declare(["a"], []);
    writeFileSync(path.join(folder, "full"), "");
    await assert.rejects(ask("/die"));
    while (!lines.some((line) => / did not start: /.test(line))) await pause(20);
    await emulator.stop();
    await assert.rejects(ask("/"));
  });

  it("stops while a request hangs", async () => {
    const hanging = fetch(`${emulator.url}/hang`).catch(() => "cut off");
    await ask("/");
    await emulator.stop();
    assert.equal(await hanging, "cut off");
  });
}).slow(5_000);
