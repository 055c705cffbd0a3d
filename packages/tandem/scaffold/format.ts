/** Formats what was written: whether a line has to be broken depends on names that a template does not know. */
import { spawnSync } from "node:child_process";
import path from "node:path";

/** What biome is asked about by name: it refuses a file that it does not know. */
const isFormatted = (file: string): boolean => /\.([cm]?[jt]s|json)$/.test(file);

/**
 * @param folder of the project, with its biome.json
 * @param files paths from `folder`, of any kind; all of it where none is to be formatted
 */
export function format(folder: string, files: readonly string[] = []): void {
  const biome = path.join(folder, "node_modules/@biomejs/biome/bin/biome");
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    [biome, "check", "--write", ...files.filter(isFormatted)],
    { cwd: folder, encoding: "utf8" },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`biome could not format what was written:\n${stdout}${stderr}`);
}
