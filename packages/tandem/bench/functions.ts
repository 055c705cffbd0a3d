/** What the functions of the program here weigh: size of their bundles, and time to load them as a new worker does. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { optionsOf } from "../local/build-options.ts";
import { recordProgram } from "../program/record-program.ts";
import type { Build, Recording } from "../program/recording.ts";
import { type Figure, median } from "./figures.ts";

export async function measureFunctions(runs = 21): Promise<Figure[]> {
  const recording = await recordProgram({ cwd: process.cwd(), stack: "dev" });
  const folder = await mkdtemp(path.join(tmpdir(), "tandem-bench-"));
  try {
    const figures: Figure[] = [];
    for (const heaviest of heaviestOfEachKind(recording.builds)) {
      const what = path.relative(process.cwd(), heaviest.entry);
      const code = await bundled(heaviest);
      const { wall, processor } = await loadTimes(folder, code, variablesOf(recording), runs);
      figures.push(
        { what: `${what}, minified`, value: Buffer.byteLength(code), unit: "bytes" },
        { what: `${what}, gzip`, value: gzipSync(code).length, unit: "bytes" },
        { what: `load of ${what}`, value: wall, unit: "ms" },
        { what: `load of ${what}, processor time of all threads`, value: processor, unit: "ms" },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Functions that lie together and hold the same packages share nearly everything that they load. */
function heaviestOfEachKind(builds: readonly Build[]): Build[] {
  const kinds = Map.groupBy(builds, ({ entry, packages }) => [path.dirname(entry), ...packages].join());
  return [...kinds.values()].map((together) =>
    together.reduce((one, other) => (other.bytes > one.bytes ? other : one)),
  );
}

async function bundled(built: Build): Promise<string> {
  const result = await build({ ...(await optionsOf(built)), write: false });
  return result.outputFiles?.[0]?.text ?? "";
}

/** Of all functions together: one that is not there would end some of them before they are loaded. */
function variablesOf({ resources }: Recording): Record<string, string> {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const variables = functions.flatMap(({ inputs }) =>
    Object.entries(
      (inputs.environment as { variables?: Record<string, unknown> } | undefined)?.variables ?? {},
    ),
  );
  return Object.fromEntries(
    variables.filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}

/** What `require` of a bundle takes in a new process, in milliseconds; the first run warms the disk's cache. */
async function loadTimes(
  folder: string,
  code: string,
  variables: Record<string, string>,
  runs: number,
): Promise<{ wall: number; processor: number }> {
  const file = path.join(folder, "index.cjs");
  await writeFile(file, code);
  const script = `const before = process.cpuUsage(), t = performance.now(); require(${JSON.stringify(file)});
    const wall = performance.now() - t, { user, system } = process.cpuUsage(before);
    console.log(wall, (user + system) / 1_000)`;
  const env = { AWS_REGION: "eu-central-1", ...variables };
  const times: [wall: number, processor: number][] = [];
  for (let run = 0; run <= runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
    const [wall = Number.NaN, processor = Number.NaN] = stdout.split(" ").map(Number);
    if (run > 0) times.push([wall, processor]);
  }
  return { wall: median(times.map(([wall]) => wall)), processor: median(times.map(([, time]) => time)) };
}
