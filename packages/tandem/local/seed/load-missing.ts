import { UserError } from "../../shared/user-error.js";
import type { DataTarget } from "../local-target.ts";
import { localTarget } from "../local-target.ts";
import type { LocalContext } from "../service.ts";
import { seedsOf } from "./read-seeds.ts";
import { checkpointOf, runSeed } from "./run-seed.ts";
import type { Seed } from "./seed.ts";

/**
 * Loads what no earlier run has loaded to its end, except what goes into the store at the address `notInto`. Tells whether
 * all is loaded now.
 */
export async function loadMissing(context: LocalContext, folder: string, notInto?: string): Promise<boolean> {
  const { cwd } = context.recording;
  const target = localTarget(context);
  let complete = true;
  const seeds = await readSeeds(context);
  if (seeds === undefined) return false;
  for (const seed of seeds) {
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

/** Undefined where they are wrong, which is said: all else can be looked at without sample data. */
async function readSeeds({ recording, log }: LocalContext): Promise<Seed[] | undefined> {
  try {
    return await seedsOf(recording.cwd);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(`No sample data is loaded. ${error.message}`);
    return undefined;
  }
}

function goesInto(address: string, { into }: Seed, { outputs }: DataTarget): boolean {
  return into === "collection" && String(outputs.connectionString).startsWith(address);
}
