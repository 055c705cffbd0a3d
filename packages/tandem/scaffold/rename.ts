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

/** The tool keeps its own name, in its files and wherever others mention it. */
export const toolFolder = path.normalize("packages/tandem");
const MENTIONS_OF_TOOL = String.raw`packages/tandem[^\s"'\x60]*|pulumi-tandem|"tandem": "tandem\.js"`;

/** Where the name stands as a word, which is the first group; what mentions the tool is matched without a group. */
export function mentions(name: string): RegExp {
  return new RegExp(`${MENTIONS_OF_TOOL}|\\b(${name})\\b`, "gi");
}

/** The name `to` wherever `from` stands as a word; the tool keeps its own. */
export function renamed(text: string, from: string, to: string): string {
  return text.replace(mentions(from), (mention, word) => (word === undefined ? mention : to));
}

/** Changes the name `from` to `to` wherever it stands as a word. Gives the number of files that changed. */
export function renameProject(root: string, from: string, to: string): number {
  checkServiceName(root, to, "as `name` in Pulumi.yaml");
  const changed: string[] = [];
  for (const file of projectFiles(root)) {
    if (file.startsWith(toolFolder + path.sep)) continue;
    const target = path.join(path.dirname(file), renamed(path.basename(file), from, to));
    const before = readFileSync(path.join(root, file), "utf8");
    const after = renamed(before, from, to);
    if (after === before && target === file) continue;
    changed.push(target);
    writeByRename(path.join(root, file), after);
    if (target !== file) renameSync(path.join(root, file), path.join(root, target));
  }
  // Another name is longer or shorter, so lines and imports stand differently.
  format(root, changed);
  return changed.length;
}
