/**
 * What it costs that the console could be looked at, while nobody does. Two measures: the share of the main thread's time that a
 * profile finds in its code, and the same load on runs with it and without. Of these compared are the requests a second and, as these
 * say more of what else the machine does, the processor time of the main thread a request; a process differs from the next by more than
 * the console costs, so there are several pairs.
 */
import { rmSync } from "node:fs";
import path from "node:path";
import { buildPage } from "../console/build-page.js";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { profileClock, profiling, shareOf } from "./profiled-share.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";
import { LOADED_PATH, loadOf, withAndWithoutConsole } from "./with-and-without-console.ts";

const PAGE = path.join(import.meta.dirname, "../console/page");
/** Short, and many: what else the machine does meets both alike. */
const SECONDS = 0.5;
const ROUNDS = 8;
/** Of every second one the run without the console is started first. */
const PAIRS = 6;
const WARM_UP_SECONDS = 4;
const PROFILED_SECONDS = 10;
/** Outside `console/`: who tells it. */
const TELLERS = new Set(["reportCall", "happened", "stageOf", "byMachine"]);

interface Loaded {
  /** µs of the main thread a request. */
  time: number;
  /** Requests a second. */
  rate: number;
}

interface Compared {
  /** µs a request. */
  looked: number[];
  plain: number[];
  /** % of the rounds: time of the main thread, and requests a second. */
  more: number[];
  fewer: number[];
  errors: number;
  /** MB after the load. */
  memory: number;
}

export async function measureConsole(): Promise<Figure[]> {
  const share = await profiledShare();
  const pairs: Compared[] = [];
  for (let pair = 0; pair < PAIRS; pair++)
    pairs.push(
      await withAndWithoutConsole({ reads: false, isPlainFirst: pair % 2 === 1 }, async (looked, plain) => {
        const runs = pair % 2 === 1 ? [plain, looked] : [looked, plain];
        for (const run of runs) await loadOf(run, WARM_UP_SECONDS);
        return compare(looked, plain);
      }),
    );
  const files = await buildPage(PAGE);
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const all = (of: (pair: Compared) => number[]) => median(pairs.flatMap(of));
  const medians = pairs.map(({ more }) => median(more)).sort((a, b) => a - b);
  return [
    { what: "of the main thread's time, in the console's code", value: share, unit: "%", limit: 3 },
    { what: "a request, main thread, without the console", value: all(({ plain }) => plain), unit: "µs" },
    {
      what: "a request, main thread, with it and nobody looking",
      value: all(({ looked }) => looked),
      unit: "µs",
    },
    {
      what: `fewer requests a second, mean of ${PAIRS} pairs of processes`,
      value: mean(pairs.map(({ fewer }) => median(fewer))),
      unit: "%",
      limit: 3,
    },
    { what: "more time of the main thread, mean of the pairs", value: mean(medians), unit: "%" },
    { what: "the pair with the least", value: medians[0] ?? Number.NaN, unit: "%" },
    { what: "the pair with the most", value: medians.at(-1) ?? Number.NaN, unit: "%" },
    {
      what: "answers other than 200",
      value: pairs.reduce((sum, { errors }) => sum + errors, 0),
      unit: "errors",
      limit: 0,
    },
    {
      what: "memory more, after the load",
      value: median(pairs.map(({ memory }) => memory)),
      unit: "MB",
      limit: 60,
    },
    { what: "files of the page", value: bytes, unit: "bytes" },
  ];
}

async function profiledShare(): Promise<number> {
  const cwd = generateProgram(1);
  const { folder, options, remove } = profiling();
  try {
    const run = await startLocalRun({ cwd, path: LOADED_PATH, node: options });
    const span = { from: 0, to: 0 };
    try {
      await loadOf(run, WARM_UP_SECONDS);
      span.from = profileClock();
      await loadOf(run, PROFILED_SECONDS);
      span.to = profileClock();
    } finally {
      await run.stop();
    }
    return shareOf(
      folder,
      span,
      ({ url, functionName }) => url.includes("/tandem/console/") || TELLERS.has(functionName),
    );
  } finally {
    rmSync(cwd, { recursive: true, force: true });
    remove();
  }
}

/** A round is one, the other, the other, the first: what grows or falls meanwhile cancels out. */
async function compare(looked: StartedRun, plain: StartedRun): Promise<Compared> {
  const compared: Compared = { looked: [], plain: [], more: [], fewer: [], errors: 0, memory: 0 };
  const loaded = async (run: StartedRun): Promise<Loaded> => {
    const before = run.mainThreadMicroseconds;
    const { requests, requestsPerSecond, errors } = await loadOf(run, SECONDS);
    compared.errors += errors;
    return { time: (run.mainThreadMicroseconds - before) / requests, rate: requestsPerSecond };
  };
  for (let round = 0; round < ROUNDS; round++) {
    const [outer, inner] = round % 2 === 0 ? [looked, plain] : [plain, looked];
    const first = await loaded(outer);
    const [second, third] = [await loaded(inner), await loaded(inner)];
    const around = meanOf(first, await loaded(outer));
    const between = meanOf(second, third);
    const [withIt, without] = outer === looked ? [around, between] : [between, around];
    compared.looked.push(withIt.time);
    compared.plain.push(without.time);
    compared.more.push((withIt.time / without.time - 1) * 100);
    compared.fewer.push((1 - withIt.rate / without.rate) * 100);
  }
  compared.memory = looked.memory - plain.memory;
  return compared;
}

function meanOf(one: Loaded, other: Loaded): Loaded {
  return { time: (one.time + other.time) / 2, rate: (one.rate + other.rate) / 2 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
