/**
 * What it costs that the console could be looked at, while nobody does. Two measures: the share of the main thread's time that a
 * profile finds in its code, and the same load on runs with it and without. Of these compared is the processor time of the main thread a
 * request, for requests a second say more of what else the machine does; a process differs from the next by more than the console
 * costs, so there are several pairs.
 */
import { rmSync } from "node:fs";
import path from "node:path";
import { buildPage } from "../console/build-page.js";
import { type Figure, median } from "./figures.ts";
import { profileClock, profiling, shareOf } from "./profiled-share.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";
import { copyForLoad, loadOf, withAndWithoutConsole } from "./with-and-without-console.ts";

const PAGE = path.join(import.meta.dirname, "../console/page");
/** Short, and many: what else the machine does meets both alike. */
const SECONDS = 0.5;
const ROUNDS = 8;
const PAIRS = 5;
const WARM_UP_SECONDS = 4;
const PROFILED_SECONDS = 10;
/** Outside `console/`: who tells it. */
const TELLERS = new Set(["reportCall", "happened", "stageOf", "byMachine"]);

interface Compared {
  /** µs a request. */
  looked: number[];
  plain: number[];
  /** % of the rounds. */
  more: number[];
  errors: number;
  /** MB after the load. */
  memory: number;
}

export async function measureConsole(): Promise<Figure[]> {
  const share = await profiledShare();
  const pairs: Compared[] = [];
  for (let pair = 0; pair < PAIRS; pair++)
    pairs.push(
      await withAndWithoutConsole({ reads: false }, async (looked, plain) => {
        await loadOf(looked, WARM_UP_SECONDS);
        await loadOf(plain, WARM_UP_SECONDS);
        return compare(looked, plain);
      }),
    );
  const files = await buildPage(PAGE);
  const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const all = (of: (pair: Compared) => number[]) => median(pairs.flatMap(of));
  const medians = pairs.map(({ more }) => median(more)).sort((a, b) => a - b);
  return [
    { what: "of the main thread's time, in the console's code", value: share, unit: "%", limit: 3 },
    { what: "GET /hello, main thread, without the console", value: all(({ plain }) => plain), unit: "µs" },
    {
      what: "GET /hello, main thread, with it and nobody looking",
      value: all(({ looked }) => looked),
      unit: "µs",
    },
    { what: `more, median of ${PAIRS} pairs of processes`, value: median(medians), unit: "%", limit: 3 },
    { what: "more, the pair with the least", value: medians[0] ?? Number.NaN, unit: "%" },
    { what: "more, the pair with the most", value: medians.at(-1) ?? Number.NaN, unit: "%" },
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
  const cwd = copyForLoad();
  const { folder, options, remove } = profiling();
  try {
    const run = await startLocalRun({ cwd, path: "/hello", node: options });
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
  const compared: Compared = { looked: [], plain: [], more: [], errors: 0, memory: 0 };
  const timeOf = async (run: StartedRun): Promise<number> => {
    const before = run.mainThreadMicroseconds;
    const { requests, errors } = await loadOf(run, SECONDS);
    compared.errors += errors;
    return (run.mainThreadMicroseconds - before) / requests;
  };
  for (let round = 0; round < ROUNDS; round++) {
    const [outer, inner] = round % 2 === 0 ? [looked, plain] : [plain, looked];
    const first = await timeOf(outer);
    const between = (await timeOf(inner)) + (await timeOf(inner));
    const around = first + (await timeOf(outer));
    const [withIt, without] = outer === looked ? [around, between] : [between, around];
    compared.looked.push(withIt / 2);
    compared.plain.push(without / 2);
    compared.more.push((withIt / without - 1) * 100);
  }
  compared.memory = looked.memory - plain.memory;
  return compared;
}
