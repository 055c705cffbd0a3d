import type { DataTarget } from "../local-target.ts";
import { localTarget } from "../local-target.ts";
import type { LocalContext } from "../service.ts";
import { checkpointOf, runSeed } from "./run-seed.ts";
import { type Seed, seedsOf } from "./seed.ts";

/**
 * Loads what no earlier run has loaded to its end, except what goes into the store at the address `notInto`. Tells whether
 * all is loaded now.
 */
export async function loadMissing(context: LocalContext, folder: string, notInto?: string): Promise<boolean> {
  const { cwd } = context.recording;
  const target = localTarget(context);
  let complete = true;
  for (const seed of await seedsOf(cwd)) {
    if (checkpointOf({ seed, folder, cwd }).everComplete) continue;
    if (notInto !== undefined && goesInto(notInto, seed, target)) {
      complete = false;
      continue;
    }
    const { interrupted } = await runSeed({ ...context, seed, cwd, folder, target });
    if (interrupted) return false;
  }
  return complete;
}

function goesInto(address: string, { into }: Seed, { outputs }: DataTarget): boolean {
  return into === "collection" && String(outputs.connectionString).startsWith(address);
}
