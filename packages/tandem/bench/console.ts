/**
 * What it costs that the console could be looked at, while nobody does: the same load on a run with it and one without. Compared is
 * the processor time of the main thread a request, for requests a second say more of what else the machine does.
 */
import path from "node:path";
import { buildPage } from "../console/build-page.js";
import { type Figure, median } from "./figures.ts";
import type { StartedRun } from "./started-run.ts";
import { loadOf, withAndWithoutConsole } from "./with-and-without-console.ts";

const PAGE = path.join(import.meta.dirname, "../console/page");
/** Short, and many: what else the machine does meets both alike. */
const SECONDS = 0.5;
const ROUNDS = 40;
const WARM_UP_SECONDS = 4;

export async function measureConsole(): Promise<Figure[]> {
  return withAndWithoutConsole({ reads: false }, async (looked, plain) => {
    await loadOf(looked, WARM_UP_SECONDS);
    await loadOf(plain, WARM_UP_SECONDS);
    const { times, more } = await compare(looked, plain);
    const files = await buildPage(PAGE);
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return [
      { what: "GET /hello, main thread, without the console", value: median(times.plain), unit: "µs" },
      {
        what: "GET /hello, main thread, with it and nobody looking",
        value: median(times.looked),
        unit: "µs",
      },
      { what: "more, median of the rounds", value: median(more), unit: "%", limit: 3 },
      {
        what: "memory more, after the load",
        value: looked.memory - plain.memory,
        unit: "MB",
        limit: 60,
      },
      { what: "files of the page", value: bytes, unit: "bytes" },
    ];
  });
}

/** A round is one, the other, the other, the first: what grows or falls meanwhile cancels out. */
async function compare(looked: StartedRun, plain: StartedRun) {
  const times = { looked: [] as number[], plain: [] as number[] };
  const more: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [outer, inner] = round % 2 === 0 ? [looked, plain] : [plain, looked];
    const first = await timeOf(outer);
    const between = (await timeOf(inner)) + (await timeOf(inner));
    const around = first + (await timeOf(outer));
    const [withIt, without] = outer === looked ? [around, between] : [between, around];
    times.looked.push(withIt / 2);
    times.plain.push(without / 2);
    more.push((withIt / without - 1) * 100);
  }
  return { times, more };
}

/** µs of the main thread a request. */
async function timeOf(run: StartedRun): Promise<number> {
  const before = run.mainThreadMicroseconds;
  const { requests } = await loadOf(run, SECONDS);
  return (run.mainThreadMicroseconds - before) / requests;
}
