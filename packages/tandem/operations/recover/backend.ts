/**
 * A state kept in a folder has a small file of attributes beside each file. A run that is killed while it writes one leaves
 * it empty, and what stands beside it cannot be read any more ("EOF"). Nothing is lost with it: the backend does without.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type CommandResult, type RunOptions, runPulumi } from "../pulumi.ts";

/** Runs a command of the CLI; where it ends at an empty file of attributes, that goes and the command runs again. */
export async function runHealing(
  args: readonly string[],
  options: RunOptions,
  log: (line: string) => void,
): Promise<CommandResult> {
  const result = await runPulumi(args, options);
  if (result.status === 0 || !/\bEOF\b/.test(result.output)) return result;
  const empty = await emptyAttributes(options);
  for (const file of empty) {
    log(`${file} is empty, as a run leaves it that is killed while it writes: deleted.`);
    rmSync(file);
  }
  return empty.length === 0 ? result : runPulumi(args, options);
}

async function emptyAttributes(options: RunOptions): Promise<string[]> {
  const { status, stdout } = await runPulumi(["whoami", "--json"], options);
  const { url } = status === 0 ? (JSON.parse(stdout) as { url?: string }) : {};
  if (url === undefined || !url.startsWith("file://")) return [];
  const folder = path.join(folderOf(url), ".pulumi");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => path.join(folder, file))
    .filter((file) => file.endsWith(".attrs") && statSync(file).size === 0);
}

/** `file://~` is how the CLI itself says the home folder. */
function folderOf(url: string): string {
  return fileURLToPath(url.replace(/\?.*$/, "").replace("file://~", `file://${homedir()}`));
}
