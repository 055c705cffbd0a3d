/** The map of a built file as compilers leave it: within the file, named by its last line, or beside it under its name. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { OriginalPlaces, sourcesOf } from "./source-map.ts";

const COMMENT = /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/gm;
const INLINE = /^data:application\/json(?:;charset=[^;,]+)?(;base64)?,(.*)$/s;

/** @param origins the file, and where it was copied from: the map may lie there only */
export function mapOfFile(origins: readonly string[]): OriginalPlaces | undefined {
  const found = find(origins);
  return found && new OriginalPlaces(JSON.parse(found.json), found.base);
}

/** Absolute paths of what the file was built from; none where no map says it. */
export function sourcesOfFile(file: string): string[] {
  const found = find([file]);
  return found === undefined ? [] : sourcesOf(JSON.parse(found.json), found.base);
}

interface FoundMap {
  json: string;
  /** Folder that its sources start from. */
  base: string;
}

function find(origins: readonly string[]): FoundMap | undefined {
  const [file] = origins;
  if (file === undefined || !existsSync(file)) return undefined;
  const named = [...readFileSync(file, "utf8").matchAll(COMMENT)].at(-1)?.[1];
  const inline = named === undefined ? undefined : INLINE.exec(named);
  if (inline) {
    const [, encoded, data = ""] = inline;
    const json = encoded ? Buffer.from(data, "base64").toString("utf8") : decodeURIComponent(data);
    return { json, base: path.dirname(origins.at(-1) ?? file) };
  }
  for (const origin of origins) {
    for (const map of [named === undefined ? undefined : resolved(named, origin), `${origin}.map`]) {
      if (map !== undefined && existsSync(map))
        return { json: readFileSync(map, "utf8"), base: path.dirname(map) };
    }
  }
  return undefined;
}

/** A map on a server is not fetched. */
function resolved(url: string, origin: string): string | undefined {
  if (url.startsWith("file://")) return fileURLToPath(url);
  return /^[a-z][a-z0-9+.-]+:/i.test(url)
    ? undefined
    : path.resolve(path.dirname(origin), decodeURIComponent(url));
}
