/** Figures of the local Lambda: what an invocation costs, how soon a function answers first, what a hundred of them hold. */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createAddresses } from "../local/addresses.ts";
import { anyPorts } from "../local/kept-ports.ts";
import type { LocalContext } from "../local/service.ts";
import { WorkerService } from "../local/workers/service.ts";
import { madeUpRecording, madeUpResource } from "../program/made-up.ts";
import type { RecordedResource, Recording } from "../program/recording.ts";
import { type Figure, median } from "./figures.ts";

/** In a process of its own: memory is that of a process, and threads of other measurements would count. */
export function measureWorkers(): Promise<Figure[]> {
  const child = fork(fileURLToPath(import.meta.url), ["measure"]);
  return new Promise((resolve, reject) => {
    child.once("message", (figures) => resolve(figures as Figure[]));
    child.once("error", reject);
    child.once("exit", (code) =>
      reject(new Error(`the measurement of the workers ended with exit code ${code}`)),
    );
  });
}

const FUNCTIONS = 100;
const MEASURED_FIRST_CALLS = 20;
const WARM_UP = 2_000;
const ROUND_TRIPS = 10_000;
const AT_ONCE = 16;
/** An event of the size that an API sends. */
const event = { version: "2.0", headers: { cookie: "x".repeat(600) }, list: Array<string>(40).fill("text") };

async function measure(): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
  const workers = new WorkerService({
    credentialsOf: () => ({ accessKeyId: "id", secretAccessKey: "secret", sessionToken: "local" }),
    onLog: () => {},
    deliver: async () => {},
  });
  const context: LocalContext = {
    recording: programOf(FUNCTIONS, folder),
    dataFolder: (service) => path.join(folder, service),
    log: () => {},
    signal: new AbortController().signal,
    addresses: createAddresses(),
    ports: anyPorts,
  };
  try {
    const first = await milliseconds(() => workers.start(context));
    await workers.stop();
    const again = await milliseconds(() => workers.start(context));
    const firstCalls = await firstCallTimes(workers, MEASURED_FIRST_CALLS);
    for (let n = MEASURED_FIRST_CALLS; n < FUNCTIONS; n++) await workers.invoke(nameOf(n), event);
    const held = process.memoryUsage.rss() / 1e6;
    const { latency, rate } = await roundTrips(workers);
    return [
      { what: `load check of ${FUNCTIONS} functions, first start`, value: first, unit: "ms" },
      { what: `load check of ${FUNCTIONS} functions, remembered`, value: again, unit: "ms" },
      {
        what: "first call of a further function, without gateway, median",
        value: firstCalls,
        unit: "ms",
        limit: 15,
      },
      { what: "invocation without gateway, median", value: latency * 1000, unit: "µs" },
      {
        what: `invocations without gateway, ${AT_ONCE} at once`,
        value: rate,
        unit: "requests/s",
        limit: 10_000,
      },
      {
        what: `after a call of each of ${FUNCTIONS} functions, without gateway`,
        value: held,
        unit: "MB",
        limit: 300,
      },
    ];
  } finally {
    await workers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstCallTimes(workers: WorkerService, count: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    // A person does not call the next function within a few milliseconds; spares are booted meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 150));
    times.push(await milliseconds(() => workers.invoke(nameOf(n), event)));
  }
  return median(times);
}

async function roundTrips(workers: WorkerService): Promise<{ latency: number; rate: number }> {
  for (let n = 0; n < WARM_UP; n++) await workers.invoke(nameOf(0), event);
  const times: number[] = [];
  for (let n = 0; n < ROUND_TRIPS; n++)
    times.push(await milliseconds(() => workers.invoke(nameOf(0), event)));
  let left = ROUND_TRIPS;
  const caller = async () => {
    while (left-- > 0) await workers.invoke(nameOf(0), event);
  };
  const total = await milliseconds(() => Promise.all(Array.from({ length: AT_ONCE }, caller)));
  return { latency: median(times), rate: (ROUND_TRIPS / total) * 1000 };
}

const program = { project: "bench", stack: "dev" };

const nameOf = (n: number) => `function-${n}`;

function programOf(count: number, cwd: string): Recording {
  const resources = Array.from({ length: count }, (_, n) => lambda(nameOf(n)));
  return madeUpRecording({ ...program, cwd, config: { "aws:region": "eu-central-1" }, resources });
}

function lambda(name: string): RecordedResource {
  const text = `exports.handler = async () => ({ statusCode: 200, body: "Hello from ${name}" });`;
  return madeUpResource(program, {
    type: "aws:lambda/function:Function",
    name,
    inputs: {
      name,
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: { $: "archive", assets: { "index.js": { $: "asset", text } } },
    },
  });
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

if (process.argv[2] === "measure" && process.argv[1] === fileURLToPath(import.meta.url)) {
  process.send?.(await measure());
}
