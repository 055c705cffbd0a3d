/** `npm run test:api [-- <mocha options>]`: the cases of the API alone; against a deployed stack with `API_URL` set. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export async function main(args: string[]): Promise<number> {
  const mocha = path.join(root, "node_modules/mocha/bin/mocha.js");
  const result = spawnSync(
    process.execPath,
    [mocha, "--reporter", "spec", "--spec", "tests/api/**/*.test.ts", ...args],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  if (result.error) throw result.error;
  return result.status ?? 1;
}
