/**
 * The map of a bundle that the program built: made when it is first asked for, by building once more. A map written with
 * every bundle would cost each start a third more for what most of them never need.
 */
import path from "node:path";
import type { Build } from "../../program/recording.ts";
import { OriginalPlaces } from "./source-map.ts";

/** @returns undefined when its sources now give other code than this: what they say of a place would be wrong */
export async function mapOfBuild(build: Build, code: string): Promise<OriginalPlaces | undefined> {
  const esbuild = await import("esbuild");
  const { outputFiles = [] } = await esbuild
    .build({ ...build.options, ...withMap, write: false, logLevel: "silent" })
    // Sources that do not compile at this moment.
    .catch(() => ({ outputFiles: [] }));
  const map = outputFiles.find((file) => file.path.endsWith(".map"));
  const bundle = outputFiles.find((file) => file !== map);
  if (!map || bundle?.text !== code) return undefined;
  return new OriginalPlaces(JSON.parse(map.text), path.dirname(map.path));
}

/** Leaves the bundle as it is, byte for byte. */
const withMap = { sourcemap: "external", sourcesContent: false } as const;
