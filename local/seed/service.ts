/** Loads a program's sample data the first time it runs here: there is something to show at once. */
import { existsSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { localTarget } from "../local-target.ts";
import type { LocalContext, Service } from "../service.ts";
import { checkpointOf, runSeed } from "./run-seed.ts";
import type { Seed } from "./seed.ts";

/** A program offers its sample data in this file, as `export const seeds: Seed[]`. */
const seedsFile = "data/seeds.ts";

export class SeedService implements Service {
  readonly name = "seed";

  parity(): undefined {
    return undefined;
  }

  async start(context: LocalContext): Promise<void> {
    const { cwd } = context.recording;
    const folder = context.dataFolder(this.name);
    for (const seed of await seedsOf(cwd)) {
      if (checkpointOf({ seed, folder, cwd }).everComplete) continue;
      await runSeed({ ...context, seed, cwd, folder, target: localTarget(context) });
    }
  }

  async stop(): Promise<void> {}
}

export async function seedsOf(cwd: string): Promise<Seed[]> {
  const file = path.join(cwd, seedsFile);
  if (!existsSync(file)) return [];
  const { seeds } = (await import(pathToFileURL(file).href)) as { seeds: Seed[] };
  return seeds;
}
