/** Mixed load for a long time: what grows that should not. */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyOfProgram } from "./copy-of-program.ts";
import { type DescribedLoad, describedLoad } from "./described-resource.ts";
import { type Figure, median } from "./figures.ts";
import { startLocalRun } from "./started-run.ts";

/** Callers at once, each with a short pause between its calls, as real ones have. */
const CALLERS = 8;
const PAUSE_MS = 40;
/** How often to look (ms). */
const SAMPLE_MS = 15_000;

interface Sample {
  memory: number;
  handles: number;
}

export async function measureSoak({ minutes = 30 } = {}): Promise<Figure[]> {
  const cwd = copyOfProgram();
  // The stage would throttle the load away.
  appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  const described = describedLoad(cwd);
  const run = await startLocalRun({ cwd, path: described.resource.path });
  try {
    const end = Date.now() + minutes * 60_000;
    const counts = { calls: 0, failures: 0 };
    const load = Promise.all(Array.from({ length: CALLERS }, () => caller(run.url, described, end, counts)));
    const samples: Sample[] = [];
    while (Date.now() < end) {
      await sleep(Math.min(SAMPLE_MS, end - Date.now()));
      samples.push({ memory: run.memory, handles: run.handles });
    }
    await load;
    return figures(minutes, counts, samples);
  } finally {
    await run.stop();
    rmSync(cwd, { recursive: true, force: true });
  }
}

function figures(
  minutes: number,
  { calls, failures }: { calls: number; failures: number },
  samples: Sample[],
): Figure[] {
  // The first fifth is warming up; then the beginning is held against the end.
  const warm = samples.slice(Math.floor(samples.length / 5));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const of = (part: Sample[], key: keyof Sample): number => median(part.map((sample) => sample[key]));
  const [begin, last] = [warm.slice(0, third), warm.slice(-third)];
  return [
    { what: `mixed calls in ${minutes} minutes`, value: calls, unit: "calls" },
    { what: "answers other than wanted", value: failures, unit: "errors", limit: 0 },
    { what: "memory at the beginning", value: of(begin, "memory"), unit: "MB" },
    { what: "memory at the end", value: of(last, "memory"), unit: "MB", limit: of(begin, "memory") * 1.1 },
    { what: "open files and sockets at the beginning", value: of(begin, "handles"), unit: "handles" },
    {
      what: "open files and sockets at the end",
      value: of(last, "handles"),
      unit: "handles",
      limit: of(begin, "handles") * 1.1,
    },
  ];
}

/** The whole life of a document, every list, a refusal and an unknown path, over and over. */
async function caller(
  url: string,
  { resource, reads }: DescribedLoad,
  end: number,
  counts: { calls: number; failures: number },
): Promise<void> {
  const call = async (wanted: number, path: string, method = "GET", body?: string): Promise<Response> => {
    counts.calls += 1;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body ?? null,
    });
    if (response.status !== wanted) counts.failures += 1;
    await sleep(PAUSE_MS);
    return response;
  };
  while (Date.now() < end) {
    const { id } = (await (await call(201, resource.path, "POST", resource.body)).json()) as { id: string };
    const one = `${resource.path}/${id}`;
    await (await call(200, one)).text();
    await (await call(200, one, "PATCH", resource.change)).text();
    await (await call(204, one, "DELETE")).text();
    for (const { path, isPaged } of reads) {
      await (await call(200, isPaged ? `${path}?limit=20` : path)).text();
      if (isPaged) await (await call(400, `${path}?limit=0`)).text();
    }
    await (await call(404, "/nowhere")).text();
  }
}
