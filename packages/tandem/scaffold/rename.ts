/**
 * Gives a copy of this project the name its Pulumi.yaml says. Whoever made the copy, `pulumi new` or `npm run new`, has
 * only set that one name; everything else that carries the old one is changed here, files and their contents.
 */
import { readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "../shared/write-by-rename.ts";
import { format } from "./format.ts";
import { projectFiles } from "./project-files.ts";
import { checkServiceName } from "./service-name.ts";

/** The tool keeps its own name, in its files and where others name its folder. */
export const toolFolder = path.normalize("packages/tandem");

/** Changes the name `from` to `to` wherever it stands as a word. Gives the number of files that changed. */
export function renameProject(root: string, from: string, to: string): number {
  checkServiceName(root, to, "as `name` in Pulumi.yaml");
  const word = new RegExp(`(?<!packages/|pulumi-)\\b${from}\\b(?!\\.js|": "tandem\\.js)`, "gi");
  let changed = 0;
  for (const file of projectFiles(root)) {
    if (file.startsWith(toolFolder + path.sep)) continue;
    const target = path.join(path.dirname(file), path.basename(file).replace(word, to));
    const before = readFileSync(path.join(root, file), "utf8");
    const after = before.replace(word, to);
    if (after === before && target === file) continue;
    changed += 1;
    writeByRename(path.join(root, file), after);
    if (target !== file) renameSync(path.join(root, file), path.join(root, target));
  }
  // Another name is longer or shorter, so lines and imports stand differently.
  format(root);
  return changed;
}
