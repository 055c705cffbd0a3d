import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";
import { projectFiles } from "../../scaffold/project-files.ts";
import { toolFolder } from "../../scaffold/rename.ts";
import { linkOrCopy } from "./installed.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/**
 * All files of this checkout in a folder, without packages. The tool's, which are five of six, are hard links: nothing that is run
 * in a copy writes them. What is built lies in dist/, and another test may be building it.
 */
export function copyCheckout(folder: string): void {
  const files = projectFiles(root).filter((name) => !name.includes("/dist/"));
  for (const parent of new Set(files.map((file) => path.dirname(file))))
    mkdirSync(path.join(folder, parent), { recursive: true });
  for (const file of files) {
    const [from, to] = [path.join(root, file), path.join(folder, file)];
    if (path.normalize(file).startsWith(toolFolder + path.sep)) linkOrCopy(from, to);
    else cpSync(from, to);
  }
}
