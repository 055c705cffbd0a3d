/** `npm run format`: formats, sorts imports and mends what can be mended, in place. */
import { spawn } from "node:child_process";
import path from "node:path";
import { common, parseOptions } from "../options.ts";
import { untilExit } from "../until-exit.js";

const root = path.resolve(import.meta.dirname, "../../../..");

export async function main(args: string[]): Promise<number> {
  parseOptions("format", args, { verbose: common.verbose });
  const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
  const child = spawn(process.execPath, [biome, "check", "--write"], { cwd: root, stdio: "inherit" });
  return untilExit(child);
}
