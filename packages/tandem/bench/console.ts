/** What it costs that the console could be looked at, while nobody does: the same load on a run with it and one without. */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { buildPage } from "../console/build-page.js";
import { copyOfProgram } from "./copy-of-program.ts";
import { type Figure, median } from "./figures.ts";
import { httpLoad } from "./http-load.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";

const PAGE = path.join(import.meta.dirname, "../console/page");
const CONNECTIONS = 8;
/** Short, and many: what else the machine does meets both alike. */
const SECONDS = 2;
const ROUNDS = 16;

export async function measureConsole(): Promise<Figure[]> {
  const folders = [copyOfProgram(), copyOfProgram()];
  // The stage would throttle the load away.
  for (const cwd of folders)
    appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  const [withIt = "", without = ""] = folders;
  const runs: StartedRun[] = [];
  try {
    const looked = await startLocalRun({ cwd: withIt, path: "/hello" });
    runs.push(looked);
    const plain = await startLocalRun({ cwd: without, path: "/hello", args: ["--no-console"] });
    runs.push(plain);
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
  } finally {
    for (const run of runs) await run.stop();
    for (const cwd of folders) rmSync(cwd, { recursive: true, force: true });
  }
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

async function load({ url }: StartedRun): Promise<number> {
  const { requestsPerSecond } = await httpLoad({
    url: `${url}/hello`,
    connections: CONNECTIONS,
    seconds: SECONDS,
  });
  return requestsPerSecond;
}
