/**
 * Keeps the source map of each bundle that is deployed, in `.local/maps`, so that `npm run where` finds the source of a place
 * in its log. A map is never in what is deployed, and makes no difference to it.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { writeByRename } from "./write-by-rename.ts";

/** esbuild writes the map beside the bundle, which does not know of it. The sources are in the repository. */
export const withMap = { sourcemap: "external", sourcesContent: false } as const;

/** Versions of one function that may still run, or stand in a log; of older ones the commit is built again. */
const MOST_VERSIONS = 10;

/** @param hash SHA-256 of the bundle */
export function keepMap(folder: string, entry: string, hash: string, map: string): void {
  const { dir, name } = path.parse(entry);
  const kept = path.join(folder, ".local/maps", dir, name);
  // A new file each time: its age says when the code was deployed last.
  writeByRename(path.join(kept, `${hash}.js.map`), fromProject(map, path.posix.join("bundle", dir)));
  removeOldest(kept);
}

/** esbuild counts from where it would have written the bundle. */
function fromProject(map: string, outputFolder: string): string {
  const parsed = JSON.parse(map) as { sources: string[] };
  return JSON.stringify({
    ...parsed,
    sources: parsed.sources.map((source) => path.posix.join(outputFolder, source)),
  });
}

function removeOldest(folder: string): void {
  const byAge = readdirSync(folder)
    .map((name) => path.join(folder, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const file of byAge.slice(MOST_VERSIONS)) rmSync(file);
}
