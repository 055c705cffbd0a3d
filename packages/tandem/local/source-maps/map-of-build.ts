/**
 * The map of a bundle that the program built: made when it is first asked for, by building once more. A map written with
 * every bundle would cost each start a third more for what most of them never need.
 */
import path from "node:path";
import type { BuildOptions, OutputFile } from "esbuild";
import type { Build } from "../../program/recording.ts";
import { optionsOf } from "../build-options.ts";
import { OriginalPlaces } from "./source-map.ts";

/** @returns undefined when its sources now give other code than this: what they say of a place would be wrong */
export async function mapOfBuild(build: Build, code: string): Promise<OriginalPlaces | undefined> {
  const built = await buildWithMap(build);
  if (built?.code !== code) return undefined;
  return new OriginalPlaces(JSON.parse(built.map.text), path.dirname(built.map.path));
}

/**
 * Builds a bundle once more, with its map beside it.
 * @returns undefined for sources that do not compile at this moment: the build that serves them reports why
 */
export async function buildWithMap(
  build: Build,
  others: BuildOptions = {},
): Promise<{ code: string; map: OutputFile } | undefined> {
  const esbuild = await import("esbuild");
  const built = await esbuild
    .build({ ...(await optionsOf(build)), ...others, ...withMap, write: false, logLevel: "silent" })
    .catch(() => undefined);
  const map = built?.outputFiles?.find((file) => file.path.endsWith(".map"));
  const code = built?.outputFiles?.find((file) => file !== map);
  return map && code && { code: code.text, map };
}

/** Leaves the bundle as it is, byte for byte. */
const withMap = { sourcemap: "external", sourcesContent: false } as const;
