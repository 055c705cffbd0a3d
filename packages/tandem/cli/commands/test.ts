/** `npm test [-- <mocha options>]`: types, lint and format, then the tests. Stops at the first that fails. */
import { spawn } from "node:child_process";
import path from "node:path";
import { refuseCwd } from "../options.ts";
import { untilExit } from "../until-exit.js";

const root = path.resolve(import.meta.dirname, "../../../..");

const steps = [
  { name: "types", script: "node_modules/typescript/bin/tsc", args: [] },
  {
    name: "lint and format",
    script: "node_modules/@biomejs/biome/bin/biome",
    args: ["check", "--error-on-warnings"],
  },
  {
    name: "tests",
    script: "node_modules/mocha/bin/mocha.js",
    args: ["{tests,packages/tandem/tests}/**/*.test.ts"],
  },
];

export async function main(args: string[]): Promise<number> {
  refuseCwd("npm test", args);
  for (const { name, script, args: own } of steps) {
    console.log(`\n${name}`);
    const child = spawn(
      process.execPath,
      [path.join(root, script), ...own, ...(name === "tests" ? args : [])],
      {
        cwd: root,
        stdio: "inherit",
        // A stringified Output throws instead of ending up in a name.
        env: { ...process.env, PULUMI_ERROR_OUTPUT_STRING: "true" },
      },
    );
    const status = await untilExit(child);
    if (status !== 0) {
      console.error(`\n${name}: failed`);
      return status;
    }
  }
  return 0;
}
