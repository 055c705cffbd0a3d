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

export async function measureFunctions(runs = 15): Promise<Figure[]> {
  const recording = await recordProgram({ cwd: process.cwd(), stack: "dev" });
  const folder = await mkdtemp(path.join(tmpdir(), "tandem-bench-"));
  try {
    const figures: Figure[] = [];
    for (const heaviest of heaviestOfEachFolder(recording.builds)) {
      const what = path.relative(process.cwd(), heaviest.entry);
      const code = await bundled(heaviest);
      figures.push(
        { what: `${what}, minified`, value: Buffer.byteLength(code), unit: "bytes" },
        { what: `${what}, gzip`, value: gzipSync(code).length, unit: "bytes" },
        {
          what: `load of ${what}`,
          value: await loadTime(folder, code, variablesOf(recording), runs),
          unit: "ms",
        },
      );
    }
    return figures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Functions that lie together share nearly everything that they load. */
function heaviestOfEachFolder(builds: readonly Build[]): Build[] {
  return [...Map.groupBy(builds, ({ entry }) => path.dirname(entry)).values()].map((together) =>
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

/** Time that `require` of a bundle takes in a new process, in milliseconds; the first run warms the disk's cache. */
async function loadTime(
  folder: string,
  code: string,
  variables: Record<string, string>,
  runs: number,
): Promise<number> {
  const file = path.join(folder, "index.cjs");
  await writeFile(file, code);
  const script = `const t = performance.now(); require(${JSON.stringify(file)}); console.log(performance.now() - t)`;
  const env = { AWS_REGION: "eu-central-1", ...variables };
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ["-e", script], { env });
    if (run > 0) times.push(Number(stdout));
  }
  return median(times);
}
