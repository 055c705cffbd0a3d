/** `npm run format`: formats, sorts imports and mends what can be mended, in place. */
import { spawn } from "node:child_process";
import { ownProject, packaged } from "../../shared/own-project.ts";
import { common, parseOptions } from "../options.ts";
import { untilExit } from "../until-exit.js";

export async function main(args: string[]): Promise<number> {
  parseOptions("format", args, { verbose: common.verbose });
  const root = ownProject();
  const biome = packaged(root, "@biomejs/biome/bin/biome");
  const child = spawn(process.execPath, [biome, "check", "--write"], { cwd: root, stdio: "inherit" });
  return untilExit(child);
}
