/** Formats what was written: whether a line has to be broken depends on names that a template does not know. */
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** What biome is asked about by name: it refuses a file that it does not know. */
const isFormatted = (file: string): boolean => /\.([cm]?[jt]s|json)$/.test(file);

/**
 * @param folder of the project, with its biome.json
 * @param files paths from `folder`, of any kind; all of it where none is to be formatted
 */
export function format(folder: string, files: readonly string[] = []): void {
  const args = ["check", "--write", ...files.filter(isFormatted)];
  const { status, stdout, stderr, error } = runBiome(folder, args);
  if (error) throw error;
  if (status !== 0) throw new Error(`biome could not format what was written:\n${stdout}${stderr}`);
}

/**
 * By its program: to start that by biome's script, which is one of Node, takes three times as long. The script knows more places
 * for it, e.g. on Alpine Linux.
 */
function runBiome(folder: string, args: readonly string[]): SpawnSyncReturns<string> {
  const script = path.join(folder, "node_modules/@biomejs/biome/bin/biome");
  const options = { cwd: folder, encoding: "utf8" } as const;
  const program = process.env.BIOME_BINARY === undefined ? programOf(script) : undefined;
  const result = program === undefined ? undefined : spawnSync(program, args, options);
  if (result !== undefined && result.error === undefined) return result;
  return spawnSync(process.execPath, [script, ...args], options);
}

function programOf(script: string): string | undefined {
  const { platform, arch } = process;
  const name = `@biomejs/cli-${platform}-${arch}/biome${platform === "win32" ? ".exe" : ""}`;
  try {
    return existsSync(script) ? createRequire(script).resolve(name) : undefined;
  } catch {
    return undefined;
  }
}
