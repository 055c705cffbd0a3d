/** `npm run format`: formats, sorts imports and mends what can be mended, in place. */
import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

export async function main(): Promise<number> {
  const biome = path.join(root, "node_modules/@biomejs/biome/bin/biome");
  const { status, error } = spawnSync(process.execPath, [biome, "check", "--write"], {
    cwd: root,
    stdio: "inherit",
  });
  if (error) throw error;
  return status ?? 1;
}
