/** Mixed load for a long time: what grows that should not. */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyOfProgram } from "./copy-of-program.ts";
import { type Figure, median } from "./figures.ts";
import { startLocalRun } from "./started-run.ts";

/** Callers at once, each with a short pause between its calls, as real ones have. */
const callers = 8;
const pauseMs = 40;
/** How often to look (ms). */
const sampleMs = 15_000;

interface Sample {
  memory: number;
  handles: number;
}

export async function measureSoak({ minutes = 30 } = {}): Promise<Figure[]> {
  const cwd = copyOfProgram();
  // The stage would throttle the load away.
  appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  const run = await startLocalRun({ cwd, path: "/hello" });
  try {
    const end = Date.now() + minutes * 60_000;
    const counts = { calls: 0, failures: 0 };
    const load = Promise.all(Array.from({ length: callers }, () => caller(run.url, end, counts)));
    const samples: Sample[] = [];
    while (Date.now() < end) {
      await sleep(Math.min(sampleMs, end - Date.now()));
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

/** A book's whole life, a film's page and a greeting, over and over. */
async function caller(url: string, end: number, counts: { calls: number; failures: number }): Promise<void> {
  const call = async (wanted: number, path: string, method = "GET", body?: unknown): Promise<Response> => {
    counts.calls += 1;
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.status !== wanted) counts.failures += 1;
    await sleep(pauseMs);
    return response;
  };
  while (Date.now() < end) {
    await (await call(200, "/hello")).text();
    const { id } = (await (
      await call(201, "/books", "POST", { title: "Soak", body: "x".repeat(200) })
    ).json()) as { id: string };
    await (await call(200, `/books/${id}`)).text();
    await (await call(200, `/books/${id}`, "PATCH", { title: "Soaked" })).text();
    await (await call(204, `/books/${id}`, "DELETE")).text();
    await (await call(200, "/movies?limit=20")).text();
    await (await call(200, "/movies/1997/Face%2FOff")).text();
    await (await call(400, "/movies?limit=0")).text();
    await (await call(404, "/nowhere")).text();
  }
}
