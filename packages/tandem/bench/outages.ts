/** Writes while what keeps them is killed, stopped and frozen: what was acknowledged and is gone, and which workers stay without a store. */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyOfProgram } from "./copy-of-program.ts";
import { type DescribedResource, describedLoad } from "./described-resource.ts";
import type { Figure } from "./figures.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";

/** Callers at once: as many workers of the function are up. */
const CALLERS = 4;
/** How often MongoDB goes away in a round, within about 3.5 s. */
const FAULTS = 3;
/** MongoDB is back by then, after however many crashes: its longest pause between two starts is 8 s. */
const BACK_MS = 20_000;
/** Longer than a function waits for its store, so that a frozen server shows in every one of its limits. */
const LONGEST_FREEZE_MS = 7_000;

/** Of the API: the most documents in an answer. */
const PAGE = 100;
/** How often a page is asked for again. */
const PATIENCE = 20;

const MONGODB = /ferretdb|mongod/;

interface Load {
  url: string;
  resource: DescribedResource;
  /** Ids of the documents that were answered with 201. */
  acknowledged: Set<string>;
  on: boolean;
}

/** MongoDB's process goes away under load, `rounds` times three. */
export async function measureOutages(rounds: number): Promise<Figure[]> {
  const cwd = program();
  const { resource } = describedLoad(cwd);
  const run = await startLocalRun({ cwd, path: resource.path });
  const load: Load = { url: run.url, resource, acknowledged: new Set(), on: true };
  let stuck = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      load.on = true;
      const lanes = Array.from({ length: CALLERS }, () => lane(load));
      for (let fault = 0; fault < FAULTS; fault++) await disturb(run);
      await mongodb(run);
      await sleep(500);
      load.on = false;
      await Promise.all(lanes);
      stuck += await withoutStore(load);
      progress(round, rounds, load.acknowledged, `${stuck} workers stuck`);
    }
    return [
      {
        what: `${rounds} rounds of MongoDB killed, stopped or frozen ${FAULTS} times: documents acknowledged`,
        value: load.acknowledged.size,
        unit: "calls",
      },
      { what: "workers that stay without it", value: stuck, unit: "errors", limit: 0 },
      lost(await missing(load)),
    ];
  } finally {
    await run.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}

/** The run itself is ended with `kill -9` under load and started again. */
export async function measureKills(rounds: number): Promise<Figure[]> {
  const cwd = program();
  const { resource } = describedLoad(cwd);
  const acknowledged = new Set<string>();
  let gone = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const run = await startLocalRun({ cwd, path: resource.path });
      const load: Load = { url: run.url, resource, acknowledged, on: true };
      const lanes = Array.from({ length: CALLERS }, () => lane(load));
      const before = acknowledged.size;
      while (acknowledged.size === before) await sleep(10);
      await sleep(1_000 + Math.random() * 2_000);
      await run.kill();
      load.on = false;
      await Promise.all(lanes);
      progress(round, rounds, acknowledged, "killed");
    }
    const run = await startLocalRun({ cwd, path: resource.path });
    gone = await missing({ url: run.url, resource, acknowledged }).finally(() => run.stop());
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
  return [
    {
      what: `${rounds} rounds of kill -9 of the run: documents acknowledged`,
      value: acknowledged.size,
      unit: "calls",
    },
    lost(gone),
  ];
}

/** An hour of silence looks like a hang. */
function progress(round: number, rounds: number, acknowledged: ReadonlySet<string>, found: string): void {
  console.error(`round ${round + 1} of ${rounds}: ${acknowledged.size} documents acknowledged, ${found}`);
}

/** A stage that throttles nothing away. */
function program(): string {
  const cwd = copyOfProgram();
  appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  return cwd;
}

const lost = (value: number): Figure => ({
  what: "acknowledged documents that are gone",
  value,
  unit: "errors",
  limit: 0,
});

async function lane(load: Load): Promise<void> {
  while (load.on) {
    if (!(await addDocument(load))) await sleep(20);
  }
}

/** Whether the document was acknowledged. */
async function addDocument({ url, resource, acknowledged }: Load): Promise<boolean> {
  try {
    const response = await fetch(`${url}${resource.path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: resource.body,
    });
    const body = (await response.json()) as { id: string };
    if (response.status === 201) acknowledged.add(body.id);
    return response.status === 201;
  } catch {
    return false; // the run is gone, or was killed in the middle of an answer
  }
}

/** Kills, ends or freezes the server; a frozen one goes on after a while or is killed. */
async function disturb(run: StartedRun): Promise<void> {
  const pid = await mongodb(run);
  await sleep(200 + Math.random() * 800);
  const chance = Math.random();
  if (chance < 0.4) {
    signal(pid, "SIGSTOP");
    await sleep(Math.random() * LONGEST_FREEZE_MS);
    signal(pid, chance < 0.2 ? "SIGCONT" : "SIGKILL");
  } else {
    signal(pid, chance < 0.6 ? "SIGTERM" : "SIGKILL");
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Its process id, once there is one. */
async function mongodb(run: StartedRun): Promise<number> {
  const end = performance.now() + BACK_MS;
  while (performance.now() < end) {
    const pid = run.processOf(MONGODB);
    if (pid !== undefined) return pid;
    await sleep(10);
  }
  throw new Error(`MongoDB did not come back within ${BACK_MS / 1_000} s`);
}

/** Workers that answer with something else twice in a row, long after the store is back. Calls at once reach different ones. */
async function withoutStore(load: Load): Promise<number> {
  const end = performance.now() + BACK_MS;
  const all = () => Promise.all(Array.from({ length: CALLERS }, () => addDocument(load)));
  for (;;) {
    // The first may have to give up a client; the second must then succeed on every worker.
    await all();
    const failed = (await all()).filter((succeeded) => !succeeded).length;
    if (failed === 0 || performance.now() > end) return failed;
  }
}

async function missing({ url, resource, acknowledged }: Omit<Load, "on">): Promise<number> {
  const found = new Set<string>();
  let cursor = "";
  do {
    const { items, next } = await pageOf(`${url}${resource.path}?limit=${PAGE}${cursor}`);
    for (const { id } of items) found.add(id);
    cursor = next === undefined ? "" : `&cursor=${encodeURIComponent(next)}`;
  } while (cursor !== "");
  return [...acknowledged].filter((id) => !found.has(id)).length;
}

/** Ten thousand documents take a local MongoDB seconds a page, and a busy machine longer than the function waits. */
async function pageOf(url: string): Promise<{ items: { id: string }[]; next?: string }> {
  for (let left = PATIENCE; ; left--) {
    const response = await fetch(url);
    if (response.ok) return (await response.json()) as { items: { id: string }[]; next?: string };
    if (response.status !== 503 || left === 0) throw new Error(`${url} answered ${response.status}`);
    await sleep(1_000);
  }
}
