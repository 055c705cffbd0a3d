/** What a person waits for: the start, a reload after a saved file, the end. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyOfProgram } from "./copy-of-program.ts";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";

const HANDLER = "functions/hello/hello.ts";
const GREETING = "Hello from Lambda!";

export async function measureStart({ runs = 5, reloads = 9 } = {}): Promise<Figure[]> {
  const cwd = copyOfProgram();
  try {
    const first = await startLocalRun({ cwd, path: "/hello", npm: true });
    await first.stop();
    const [starts, startsByNpm]: [number[], number[]] = [[], []];
    const stops: number[] = [];
    for (let run = 0; run < runs; run++) {
      for (const npm of [true, false]) {
        const started = await startLocalRun({ cwd, path: "/hello", npm });
        (npm ? startsByNpm : starts).push(started.firstAnswerMs);
        await sleep(500);
        stops.push(await started.stop());
      }
    }
    const run = await startLocalRun({ cwd, path: "/hello" });
    await sleep(1_000);
    const idle = run.memory;
    const reloaded = await measureReloads(run, cwd, reloads);
    await run.stop();
    return [
      {
        what: "`npm start` to the first 200 of `GET /hello`, data there",
        value: median(startsByNpm),
        unit: "ms",
        limit: 900,
      },
      { what: "the same without npm", value: median(starts), unit: "ms", limit: 900 },
      {
        what: "the same of a program of one function, without npm",
        value: await smallStart(runs),
        unit: "ms",
        limit: 300,
      },
      {
        what: "the very first `npm start` in a folder, sample data loaded",
        value: first.firstAnswerMs,
        unit: "ms",
      },
      { what: "Ctrl-C to the end of the process", value: median(stops), unit: "ms", limit: 2_000 },
      {
        what: "a saved handler to the first answer with its new code",
        value: median(reloaded),
        unit: "ms",
        limit: 300,
      },
      { what: "memory of the idle run of this program, MongoDB included", value: idle, unit: "MB" },
    ];
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function smallStart(runs: number): Promise<number> {
  const cwd = generateProgram(1);
  try {
    const starts: number[] = [];
    // The first start compiles and caches.
    for (let run = 0; run <= runs; run++) {
      const started = await startLocalRun({ cwd, path: "/f0" });
      if (run > 0) starts.push(started.firstAnswerMs);
      await started.stop();
    }
    return median(starts);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

async function measureReloads(run: StartedRun, cwd: string, reloads: number): Promise<number[]> {
  const file = path.join(cwd, HANDLER);
  const source = readFileSync(file, "utf8");
  const taken: number[] = [];
  for (let i = 0; i < reloads; i++) {
    const saved = performance.now();
    writeFileSync(file, source.replace(GREETING, `Hello ${i}`));
    while ((await (await fetch(`${run.url}/hello`)).json()) !== `Hello ${i}`) await sleep(2);
    taken.push(performance.now() - saved);
    await sleep(200);
  }
  return taken;
}
