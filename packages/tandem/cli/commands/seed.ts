/** `npm run seed`: loads sample data into a deployed stack, or into the local run with --local. */

import path from "node:path";
import { onInterrupt } from "../../local/interrupt.ts";
import type { DataTarget } from "../../local/local-target.ts";
import { awsSettings } from "../../local/local-target.ts";
import { seedsOf } from "../../local/seed/read-seeds.ts";
import { runSeed } from "../../local/seed/run-seed.ts";
import type { Seed } from "../../local/seed/seed.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { stackOutputs } from "../../review/outputs/stack-outputs.ts";
import { makeFolder } from "../../shared/make-folder.js";
import { UserError } from "../../shared/user-error.js";
import { common, DEPLOYED_STACK, parseOptions } from "../options.ts";
import { runThatIsUp } from "../run-that-is-up.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("seed", args, {
    local: { type: "boolean", does: "Load into the local run instead of the deployed stack", default: false },
    stack: { ...common.stack, does: `${common.stack.does} (default: dev; with --local the only one)` },
    only: { type: "string", does: "The one seed to load, by its name" },
    file: { type: "string", does: "Another file than the seed has, for --only" },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const seeds = chosen(await seedsOf(cwd), options.only);
  if (options.file !== undefined && seeds.length > 1) {
    const names = seeds.map(({ name }) => name).join(", ");
    throw new UserError(`--file is data for one seed: name it with --only, one of ${names}.`);
  }
  const stack = options.stack ?? (options.local ? stackToRun(cwd) : DEPLOYED_STACK);
  const target = options.local ? await localRunTarget(cwd, stack) : await deployedTarget(cwd, stack);
  const folder = path.join(cwd, ".local", options.local ? stack : `deployed-${stack}`, "seed");
  makeFolder(folder);
  const stop = new AbortController();
  onInterrupt(() => stop.abort());
  for (const seed of seeds) {
    const file = options.file === undefined ? {} : { file: path.resolve(options.file) };
    const log = (line: string): void => console.log(line);
    const { interrupted } = await runSeed({ seed, target, cwd, folder, ...file, signal: stop.signal, log });
    if (interrupted) return 130;
  }
  return 0;
}

function chosen(seeds: Seed[], only: string | undefined): Seed[] {
  const names = seeds.map(({ name }) => name).join(", ") || "none";
  const found = only === undefined ? seeds : seeds.filter(({ name }) => name === only);
  if (found.length === 0)
    throw new UserError(`There is no sample data ${JSON.stringify(only ?? "")}. There is: ${names}.`);
  return found;
}

async function localRunTarget(cwd: string, stack: string): Promise<DataTarget> {
  const run = await runThatIsUp({ cwd, stack });
  return { outputs: run.outputs, aws: awsSettings(run.variables, run.region) };
}

async function deployedTarget(cwd: string, stack: string): Promise<DataTarget> {
  const outputs = await stackOutputs(cwd, stack);
  if (typeof outputs.region !== "string")
    throw new UserError(`Stack ${stack} has no output "region": is it deployed?`);
  return { outputs, aws: { region: outputs.region } };
}
