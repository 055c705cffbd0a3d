/** What this package is built from. Plain JavaScript without dependencies: `build.js` reads it. */
import { createHash } from "node:crypto";
import { globSync, statSync } from "node:fs";
import path from "node:path";

/** Its code with all that the code reads, from the package's folder. */
export const SOURCES = [
  "{bench,cli,console,local,operations,policies,program,review,scaffold,shared}/**/*",
  "*.{js,ts,json}",
];

/**
 * Names, sizes and times of files, as one text that is another as soon as one of them changes.
 * @param {string} folder
 * @param {readonly string[]} patterns
 */
export function fingerprint(folder, patterns) {
  const hash = createHash("sha256");
  for (const file of globSync(patterns, { cwd: folder }).sort()) {
    const { size, mtimeMs } = statSync(path.join(folder, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
