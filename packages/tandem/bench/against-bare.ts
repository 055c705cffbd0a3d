/**
 * What a request costs beside one of a server that does nothing else: bare `node:http`, the same that asks an empty thread before it
 * answers (nobody who keeps a function's code in a thread of its own can be quicker), and the local run with its log going nowhere,
 * into a pipe and into a file. Each is measured in each round, so that what else the machine does meets all alike; what is said
 * of two is the median of what the rounds say.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { httpLoad } from "./http-load.ts";
import { freePort, StartedRun, startLocalRun } from "./started-run.ts";

const MANY = 16;
/** Code is compiled well only after so many requests; a busy machine needs its time for them. */
const WARM_UP_SECONDS = 6;
const ROUNDS = 12;
const SECONDS = 1;
const PATH = "/f0";

const ANSWER = `response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
    response.end("hello 0");`;

const BARE = `(request, response) => {
    ${ANSWER}
  }`;

/** A word of shared memory there and one back: less than a port's message takes. */
const THREADED = `(() => {
  const { Worker } = require("node:worker_threads");
  const words = new Int32Array(new SharedArrayBuffer(8));
  const thread = \`
    const words = require("node:worker_threads").workerData;
    for (let asked = 0; ; ) {
      Atomics.wait(words, 0, asked);
      asked = Atomics.load(words, 0);
      Atomics.store(words, 1, asked);
      Atomics.notify(words, 1);
    }\`;
  new Worker(thread, { eval: true, workerData: words });
  let asked = 0;
  return async (request, response) => {
    const mine = ++asked;
    Atomics.store(words, 0, mine);
    Atomics.notify(words, 0);
    for (let answered; (answered = Atomics.load(words, 1)) < mine; ) {
      const { async, value } = Atomics.waitAsync(words, 1, answered);
      if (async) await value;
    }
    ${ANSWER}
  };
})()`;

interface Measured {
  p50: number;
  rate: number;
  /** Of the main thread a request, µs. */
  time: number;
  errors: number;
}

const NAMES = ["bare", "threaded", "quiet", "pipe", "file"] as const;
type Name = (typeof NAMES)[number];

export async function measureAgainstBare(): Promise<Figure[]> {
  const folders = [1, 1, 1].map(generateProgram);
  const [quiet = "", pipe = "", file = ""] = folders;
  const logs = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
  const runs: StartedRun[] = [];
  const begin = async (starting: Promise<StartedRun>) => {
    const run = await starting;
    runs.push(run);
    return run;
  };
  const args = ["--no-console"];
  try {
    const all: Record<Name, StartedRun> = {
      bare: await begin(startBare(BARE)),
      threaded: await begin(startBare(THREADED)),
      quiet: await begin(startLocalRun({ cwd: quiet, path: PATH, args })),
      pipe: await begin(startLocalRun({ cwd: pipe, path: PATH, args, reads: true })),
      file: await begin(startLocalRun({ cwd: file, path: PATH, args, file: path.join(logs, "log") })),
    };
    for (const { url } of runs)
      await httpLoad({ url: url + PATH, connections: MANY, seconds: WARM_UP_SECONDS });
    const rounds: Record<Name, Measured>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(all, round));
    return figuresOf(rounds);
  } finally {
    for (const run of runs) await run.stop();
    for (const made of [...folders, logs]) rmSync(made, { recursive: true, force: true });
  }
}

/** Every other one is in the other order: what grows or falls meanwhile cancels out. */
async function measureRound(all: Record<Name, StartedRun>, round: number): Promise<Record<Name, Measured>> {
  const measured: Partial<Record<Name, Measured>> = {};
  for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
    const run = all[name];
    const url = run.url + PATH;
    const one = await httpLoad({ url, connections: 1, seconds: SECONDS });
    const before = run.mainThreadMicroseconds;
    const many = await httpLoad({ url, connections: MANY, seconds: SECONDS });
    measured[name] = {
      p50: one.p50Milliseconds,
      rate: many.requestsPerSecond,
      time: (run.mainThreadMicroseconds - before) / many.requests,
      errors: one.errors + many.errors,
    };
  }
  return measured as Record<Name, Measured>;
}

function figuresOf(rounds: readonly Record<Name, Measured>[]): Figure[] {
  const of = (name: Name, what: keyof Measured) => median(rounds.map((round) => round[name][what]));
  const ratio = (what: keyof Measured, name: Name, to: Name) =>
    median(rounds.map((round) => round[name][what] / round[to][what]));
  const more = (name: Name) => (ratio("time", name, "quiet") - 1) * 100;
  return [
    { what: "bare `node:http`, one connection, p50", value: of("bare", "p50"), unit: "ms" },
    { what: "the same with an empty thread asked, p50", value: of("threaded", "p50"), unit: "ms" },
    { what: "so many times as long as bare", value: ratio("p50", "threaded", "bare"), unit: "×" },
    { what: "hello, one connection, p50", value: of("quiet", "p50"), unit: "ms" },
    { what: "so many times as long", value: ratio("p50", "quiet", "bare"), unit: "×", limit: 1.5 },
    { what: `bare \`node:http\`, ${MANY} connections`, value: of("bare", "rate"), unit: "requests/s" },
    { what: `hello, ${MANY} connections`, value: of("quiet", "rate"), unit: "requests/s" },
    {
      what: "so many times as many",
      value: ratio("rate", "quiet", "bare"),
      unit: "×",
      limit: 0.3,
      isLeast: true,
    },
    { what: "bare `node:http`, main thread, a request", value: of("bare", "time"), unit: "µs" },
    { what: "hello, main thread, a request", value: of("quiet", "time"), unit: "µs" },
    { what: "so many times as much", value: ratio("time", "quiet", "bare"), unit: "×" },
    { what: "log into a pipe, more time of the main thread", value: more("pipe"), unit: "%", limit: 10 },
    { what: "log into a file, more time of the main thread", value: more("file"), unit: "%", limit: 10 },
    {
      what: "answers other than 200",
      value: rounds.flatMap(Object.values<Measured>).reduce((sum, { errors }) => sum + errors, 0),
      unit: "errors",
      limit: 0,
    },
  ];
}

/** @param listener code of a listener of `node:http` */
async function startBare(listener: string): Promise<StartedRun> {
  const port = await freePort();
  const code = `require("node:http").createServer(${listener}).listen(${port}, "127.0.0.1");`;
  return StartedRun.start({ command: process.execPath, args: ["-e", code], cwd: tmpdir(), port, path: PATH });
}
