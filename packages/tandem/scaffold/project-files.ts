/** Files that make the project: neither its history nor what was installed, made or kept beside it. */
import { readdirSync } from "node:fs";
import path from "node:path";

const leftOut = new Set([".git", "node_modules", ".local"]);

/** Paths from `root`, sorted. */
export function projectFiles(root: string): string[] {
  return filesBelow(root, "").sort();
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !leftOut.has(name) && !name.endsWith(".log"))
    .flatMap((entry) => {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(root, name) : [name];
    });
}
