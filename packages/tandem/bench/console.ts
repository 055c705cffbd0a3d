/** What it costs that the console could be looked at, while nobody does: the same load on a run with it and one without. */
import path from "node:path";
import { buildPage } from "../console/build-page.js";
import { type Figure, median } from "./figures.ts";
import type { StartedRun } from "./started-run.ts";
import { loadOf, withAndWithoutConsole } from "./with-and-without-console.ts";

const PAGE = path.join(import.meta.dirname, "../console/page");
/** Short, and many: what else the machine does meets both alike. */
const SECONDS = 2;
const ROUNDS = 16;

export async function measureConsole(): Promise<Figure[]> {
  return withAndWithoutConsole({ reads: false }, async (looked, plain) => {
    await load(looked);
    await load(plain);
    const rates = await compare(looked, plain);
    const files = await buildPage(PAGE);
    const bytes = Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    return [
      { what: "GET /hello, without the console", value: median(rates.plain), unit: "requests/s" },
      {
        what: "GET /hello, with the console and nobody looking",
        value: median(rates.looked),
        unit: "requests/s",
        limit: Math.round(median(rates.plain) * 0.97),
      },
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

/** In both orders in turn: who comes second finds another machine. */
async function compare(looked: StartedRun, plain: StartedRun): Promise<Record<"looked" | "plain", number[]>> {
  const rates = { looked: [] as number[], plain: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const measure = [
      async () => rates.looked.push(await load(looked)),
      async () => rates.plain.push(await load(plain)),
    ];
    for (const one of round % 2 === 0 ? measure : measure.reverse()) await one();
  }
  return rates;
}

async function load(run: StartedRun): Promise<number> {
  return (await loadOf(run, SECONDS)).requestsPerSecond;
}
