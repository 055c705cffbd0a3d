import { localTarget } from "../local-target.ts";
import type { LocalContext } from "../service.ts";
import { checkpointOf, runSeed } from "./run-seed.ts";
import { seedsOf } from "./seeds-of.ts";

/** Loads what no earlier run has loaded to its end. Tells whether all is loaded now. */
export async function loadMissing(context: LocalContext, folder: string): Promise<boolean> {
  const { cwd } = context.recording;
  for (const seed of await seedsOf(cwd)) {
    if (checkpointOf({ seed, folder, cwd }).everComplete) continue;
    const { interrupted } = await runSeed({ ...context, seed, cwd, folder, target: localTarget(context) });
    if (interrupted) return false;
  }
  return true;
}
