/** Maps that the program kept of what it deployed: `.local/maps/<handler>/<SHA-256 of the bundle>.js.map`, sources from the project's folder. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { OriginalPlaces } from "./source-map.ts";

/** @param hash its beginning is enough */
export function keptMap(project: string, hash: string): OriginalPlaces | undefined {
  const folder = path.join(project, ".local", "maps");
  if (!existsSync(folder)) return undefined;
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((file) => {
    const name = path.basename(file);
    return name.startsWith(hash) && name.endsWith(".js.map");
  });
  if (found === undefined) return undefined;
  return new OriginalPlaces(JSON.parse(readFileSync(path.join(folder, found), "utf8")), project);
}
