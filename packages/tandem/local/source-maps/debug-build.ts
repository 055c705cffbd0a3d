/**
 * A bundle as a debugger wants it: not minified, so that variables have their names and steps are statements, with its map
 * and the project's sources within it, so that nobody has to find files.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Build, Value } from "../../program/recording.ts";
import { buildWithMap } from "./map-of-build.ts";

/** @returns undefined for sources that do not compile: who builds them to be served says why */
export async function debugBuild(build: Build): Promise<Value | undefined> {
  const built = await buildWithMap(build, unminified);
  if (!built) return undefined;
  const { code, map } = built;
  const json = Buffer.from(JSON.stringify(withSources(map.text, path.dirname(map.path)))).toString("base64");
  const text = `${code}//# sourceMappingURL=data:application/json;base64,${json}\n`;
  return { $: "archive", assets: { "index.js": { $: "asset", text } } };
}

const unminified = {
  minify: false,
  minifyWhitespace: false,
  minifyIdentifiers: false,
  minifySyntax: false,
} as const;

function withSources(json: string, folder: string): object {
  const map = JSON.parse(json) as { sources: string[] };
  const files = map.sources.map((source) => path.resolve(folder, source));
  return {
    ...map,
    sources: files.map((file) => pathToFileURL(file).href),
    sourcesContent: files.map((file) =>
      file.includes("/node_modules/") || !existsSync(file) ? null : readFileSync(file, "utf8"),
    ),
  };
}
