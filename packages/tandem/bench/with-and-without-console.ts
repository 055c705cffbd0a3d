/** Two runs of the same program beside each other: one that can be looked at, and one that cannot. */
import { rmSync } from "node:fs";
import { generateProgram } from "./generated-program.ts";
import { httpLoad, type LoadResult } from "./http-load.ts";
import { type StartedRun, startLocalRun } from "./started-run.ts";

const CONNECTIONS = 8;
/** Of a generated program: nothing throttles it, however quick the machine is. */
export const LOADED_PATH = "/f0";

/**
 * @param reads whether what the first one prints is kept
 * @param isPlainFirst which of the two is started first: of two runs alike that one is some percent slower
 */
export async function withAndWithoutConsole<T>(
  { reads, isPlainFirst = false }: { reads: boolean; isPlainFirst?: boolean },
  measure: (looked: StartedRun, plain: StartedRun) => Promise<T>,
): Promise<T> {
  const folders: string[] = [];
  const runs: StartedRun[] = [];
  const start = async (options: { reads?: boolean; args?: string[] }): Promise<StartedRun> => {
    const cwd = generateProgram(1);
    folders.push(cwd);
    const run = await startLocalRun({ cwd, path: LOADED_PATH, ...options });
    runs.push(run);
    return run;
  };
  const startPlain = () => start({ args: ["--no-console"] });
  try {
    const early = isPlainFirst ? await startPlain() : undefined;
    const looked = await start({ reads });
    return await measure(looked, early ?? (await startPlain()));
  } finally {
    for (const run of runs) await run.stop();
    for (const cwd of folders) rmSync(cwd, { recursive: true, force: true });
  }
}

export function loadOf({ url }: StartedRun, seconds: number): Promise<LoadResult> {
  return httpLoad({ url: `${url}${LOADED_PATH}`, connections: CONNECTIONS, seconds });
}
