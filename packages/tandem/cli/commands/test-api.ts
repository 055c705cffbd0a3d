/** `npm run test:api [-- <mocha options>]`: the cases of the API alone; against a deployed stack with `API_URL` set. */
import { spawn } from "node:child_process";
import { ownProject, packaged } from "../../shared/own-project.ts";
import { helpOf, refuseCwd } from "../options.ts";
import { untilExit } from "../until-exit.js";

export async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) throw helpOf("test-api");
  refuseCwd("npm run test:api", args);
  const root = ownProject();
  const mocha = packaged(root, "mocha/bin/mocha.js");
  const child = spawn(
    process.execPath,
    [mocha, "--reporter", "spec", "--spec", "tests/api/**/*.test.ts", ...args],
    { cwd: root, stdio: "inherit" },
  );
  return untilExit(child);
}
