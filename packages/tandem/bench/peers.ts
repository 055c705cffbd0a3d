/**
 * The same functions on serverless-offline, installed beside this project for the measurement, with its worker threads:
 * both in turn, on the same machine, in the same minutes.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Figure, median } from "./figures.ts";
import { generateProgram } from "./generated-program.ts";
import { httpLoad } from "./http-load.ts";
import { medianFirstCall } from "./many-functions.ts";
import { freePort, StartedRun, startLocalRun, whileRunning } from "./started-run.ts";

/** osls is the maintained fork of the Serverless Framework that runs without an account. */
const packages = ["serverless-offline@14.8.2", "osls@4.3.1"];
const STARTS = 5;
const MANY_FUNCTIONS = 100;

interface Contender {
  name: string;
  /** Starts as many functions as its folder was made for. */
  start(folder: string): Promise<StartedRun>;
  one: string;
  many: string;
}

export async function measurePeers({ seconds = 5 } = {}): Promise<Figure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-peer-"));
  const contenders: Contender[] = [
    {
      name: "Tandem",
      start: (cwd) => startLocalRun({ cwd, path: "/f0" }),
      one: generateProgram(1),
      many: generateProgram(MANY_FUNCTIONS),
    },
    {
      name: "serverless-offline",
      start: (cwd) => startPeer(folder, cwd),
      one: generatePeer(folder, 1),
      many: generatePeer(folder, MANY_FUNCTIONS),
    },
  ];
  try {
    installPeer(folder);
    const figures: Figure[] = [];
    for (const contender of contenders) figures.push(...(await measure(contender, seconds)));
    return figures;
  } finally {
    for (const made of [folder, ...contenders.flatMap(({ one, many }) => [one, many])])
      rmSync(made, { recursive: true, force: true });
  }
}

async function measure({ name, start, one, many }: Contender, seconds: number): Promise<Figure[]> {
  const figure = (what: string, value: number, unit: Figure["unit"]) => ({
    what: `${name}: ${what}`,
    value,
    unit,
  });
  const times: number[] = [];
  // The first start fills caches, and does not count.
  for (let n = 0; n <= STARTS; n++) {
    const run = await start(one);
    times.push(run.firstAnswerMs);
    await run.stop();
  }
  const loaded = await whileRunning(start(one), async (run) => {
    const url = `${run.url}/f0`;
    await httpLoad({ url, connections: 16, seconds: 2 });
    const single = await httpLoad({ url, connections: 1, seconds });
    const sixteen = await httpLoad({ url, connections: 16, seconds });
    return [
      figure("hello, one connection, p50", single.p50Milliseconds, "ms"),
      figure("hello, 16 connections", sixteen.requestsPerSecond, "requests/s"),
      figure("answers other than 200", single.errors + sixteen.errors, "errors"),
    ];
  });
  const touched = await whileRunning(start(many), async (run) => [
    figure(
      "first call of a further function, median",
      await medianFirstCall(run.url, { from: 1, to: MANY_FUNCTIONS }),
      "ms",
    ),
    figure(`after a call of each of ${MANY_FUNCTIONS} functions`, run.memory, "MB"),
  ]);
  return [
    figure(`start to the first 200, median of ${STARTS}`, median(times.slice(1)), "ms"),
    ...loaded,
    ...touched,
  ];
}

function installPeer(folder: string): void {
  writeFileSync(path.join(folder, "package.json"), '{ "name": "peer", "private": true }');
  execFileSync("npm", ["install", "--loglevel=error", "--no-fund", "--no-audit", ...packages], {
    cwd: folder,
    stdio: ["ignore", 2, 2],
  });
}

/** A service with `GET /f0` …, in a folder that finds the packages above it. */
function generatePeer(folder: string, count: number): string {
  const cwd = mkdtempSync(path.join(folder, "service-"));
  const numbers = Array.from({ length: count }, (_, n) => n);
  const code = numbers.map((n) => `exports.f${n} = async () => ({ statusCode: 200, body: "hello ${n}" });`);
  const functions = numbers.map(
    (n) => `  f${n}:\n    handler: index.f${n}\n    events:\n      - httpApi: "GET /f${n}"`,
  );
  writeFileSync(path.join(cwd, "index.js"), `${code.join("\n")}\n`);
  writeFileSync(
    path.join(cwd, "serverless.yml"),
    `service: peer
frameworkVersion: "*"
provider:
  name: aws
  runtime: nodejs24.x
plugins:
  - serverless-offline
functions:
${functions.join("\n")}
`,
  );
  return cwd;
}

async function startPeer(folder: string, cwd: string): Promise<StartedRun> {
  const ports = [await freePort(), await freePort(), await freePort()] as const;
  const options = ["--httpPort", ports[0], "--lambdaPort", ports[1], "--websocketPort", ports[2]].map(String);
  const cli = path.join(folder, "node_modules/osls/bin/serverless.js");
  const args = [cli, "offline", "start", ...options];
  return StartedRun.start({ command: process.execPath, args, cwd, port: ports[0], path: "/f0", quiet: true });
}
