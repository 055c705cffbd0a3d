/** The local run under load and with many functions, on a generated program that nothing throttles. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { httpLoad } from "./http-load.ts";
import { type StartedRun, startLocalRun, whileRunning } from "./started-run.ts";

/** Nobody calls the next function within a few milliseconds; threads are booted meanwhile. */
const PERSONS_PAUSE_MS = 150;

export async function measureManyFunctions({ seconds = 5 } = {}): Promise<Figure[]> {
  return [...(await measureTen(seconds)), ...(await measureHundred()), ...(await measureThousand())];
}

async function measureTen(seconds: number): Promise<Figure[]> {
  return withProgram(10, async (run) => {
    const idle = await idleMemory(run);
    const url = `${run.url}/f0`;
    await httpLoad({ url, connections: 16, seconds: 2 });
    const one = await httpLoad({ url, connections: 1, seconds });
    const sixteen = await httpLoad({ url, connections: 16, seconds });
    return [
      { what: "idle run with 10 functions", value: idle, unit: "MB", limit: 250 },
      { what: "hello, one connection, p50", value: one.p50Milliseconds, unit: "ms", limit: 0.6 },
      { what: "hello, 16 connections", value: sixteen.requestsPerSecond, unit: "requests/s", limit: 10_000 },
      { what: "hello, 16 connections, p99", value: sixteen.p99Milliseconds, unit: "ms" },
      { what: "hello, answers other than 200", value: one.errors + sixteen.errors, unit: "errors", limit: 0 },
    ];
  });
}

async function measureHundred(): Promise<Figure[]> {
  return withProgram(100, async (run) => {
    const calmly = await medianFirstCall(run.url, { from: 1, to: 20, pauseMs: PERSONS_PAUSE_MS });
    const firstCall = await medianFirstCall(run.url, { from: 20, to: 100 });
    return [
      {
        what: "a program of 100 functions to its first answer",
        value: run.firstAnswerMs,
        unit: "ms",
        limit: 2_500,
      },
      {
        what: "first call of a further function after a pause, median",
        value: calmly,
        unit: "ms",
        limit: 15,
      },
      {
        what: "first call of a further function without a pause, median",
        value: firstCall,
        unit: "ms",
        limit: 15,
      },
      { what: "after a call of each of 100 functions", value: run.memory, unit: "MB", limit: 300 },
    ];
  });
}

/** As many functions as a program may well have, and half of that way from a hundred: each is to hold as much as the one before. */
async function measureThousand(): Promise<Figure[]> {
  const few = await withProgram(100, idleMemory);
  const half = await withProgram(550, idleMemory);
  return withProgram(1_000, async (run) => {
    const all = await idleMemory(run);
    return [
      {
        what: "a program of 1,000 functions to its first answer",
        value: run.firstAnswerMs,
        unit: "ms",
        limit: 6_000,
      },
      { what: "idle run with 100 functions", value: few, unit: "MB" },
      { what: "idle run with 550 functions", value: half, unit: "MB" },
      { what: "idle run with 1,000 functions", value: all, unit: "MB" },
      {
        what: "memory of the second 450 of them beside that of the first",
        value: (all - half) / (half - few),
        unit: "×",
        limit: 1.5,
      },
    ];
  });
}

async function idleMemory(run: StartedRun): Promise<number> {
  await sleep(1_000);
  return run.memory;
}

/** Calls `GET /f1`, `/f2` … once each, one after the other; ms. */
export async function medianFirstCall(
  url: string,
  { from, to, pauseMs = 0 }: { from: number; to: number; pauseMs?: number },
): Promise<number> {
  const calls: number[] = [];
  for (let i = from; i < to; i++) {
    if (pauseMs > 0) await sleep(pauseMs);
    const started = performance.now();
    await (await fetch(`${url}/f${i}`)).arrayBuffer();
    calls.push(performance.now() - started);
  }
  return median(calls);
}

async function withProgram<T>(count: number, measure: (run: StartedRun) => Promise<T>): Promise<T> {
  const cwd = generateProgram(count);
  try {
    // The first start compiles and caches; a person starts more than once.
    await (await startLocalRun({ cwd, path: "/f0" })).stop();
    return await whileRunning(startLocalRun({ cwd, path: "/f0" }), measure);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}
