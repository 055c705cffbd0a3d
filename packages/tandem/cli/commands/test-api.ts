/** `npm run test:api [-- <mocha options>]`: the cases of the API alone; against a deployed stack with `API_URL` set. */
import { spawn } from "node:child_process";
import path from "node:path";
import { helpOf, refuseCwd } from "../options.ts";
import { untilExit } from "../until-exit.js";

const root = path.resolve(import.meta.dirname, "../../../..");

export async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) throw helpOf("test-api");
  refuseCwd("npm run test:api", args);
  const mocha = path.join(root, "node_modules/mocha/bin/mocha.js");
  const child = spawn(
    process.execPath,
    [mocha, "--reporter", "spec", "--spec", "tests/api/**/*.test.ts", ...args],
    { cwd: root, stdio: "inherit" },
  );
  return untilExit(child);
}
