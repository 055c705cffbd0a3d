/** Two runs of the same program beside each other: one that can be looked at, and one that cannot. */
import { appendFileSync, rmSync } from "node:fs";
import path from "node:path";
import { copyOfProgram } from "./copy-of-program.ts";
import { httpLoad, type LoadResult } from "./http-load.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";

const CONNECTIONS = 8;

/** @param reads whether what the first one prints is kept */
export async function withAndWithoutConsole<T>(
  { reads }: { reads: boolean },
  measure: (looked: StartedRun, plain: StartedRun) => Promise<T>,
): Promise<T> {
  const folders = [copyForLoad(), copyForLoad()];
  const [withIt = "", without = ""] = folders;
  const runs: StartedRun[] = [];
  try {
    const looked = await startLocalRun({ cwd: withIt, path: "/hello", reads });
    runs.push(looked);
    const plain = await startLocalRun({ cwd: without, path: "/hello", args: ["--no-console"] });
    runs.push(plain);
    return await measure(looked, plain);
  } finally {
    for (const run of runs) await run.stop();
    for (const cwd of folders) rmSync(cwd, { recursive: true, force: true });
  }
}

/** The stage would throttle the load away. */
export function copyForLoad(): string {
  const cwd = copyOfProgram();
  appendFileSync(path.join(cwd, "Pulumi.dev.yaml"), "  rateLimit: 10000\n  burstLimit: 5000\n");
  return cwd;
}

export function loadOf({ url }: StartedRun, seconds: number): Promise<LoadResult> {
  return httpLoad({ url: `${url}/hello`, connections: CONNECTIONS, seconds });
}
