/** `npm run test:engine [-- <mocha options>]`: this project under a real engine, with clouds of ours behind it. */
import { spawnSync } from "node:child_process";
import { isEngineHere } from "../../operations/engine/engine.ts";
import { ownProject, packaged } from "../../shared/own-project.ts";
import { helpOf, refuseCwd } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) throw helpOf("test-engine");
  refuseCwd("npm run test:engine", args);
  const root = ownProject();
  // Tests without an engine are pending, which alone says nothing.
  if (!isEngineHere()) console.log("(no `pulumi` on the PATH: https://www.pulumi.com/docs/install/)");
  const mocha = packaged(root, "mocha/bin/mocha.js");
  const result = spawnSync(
    process.execPath,
    [mocha, "--reporter", "spec", "--spec", "tests/engine/*.engine.ts", ...args],
    { cwd: root, stdio: "inherit" },
  );
  if (result.error) throw result.error;
  return result.status ?? 1;
}
