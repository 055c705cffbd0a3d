/** Builds a bundle once more, with its map beside it. */
import type { BuildOptions, OutputFile } from "esbuild";
import type { Build } from "../../program/recording.ts";

/** @returns undefined for sources that do not compile at this moment: who builds them to be served says why */
export async function buildWithMap(
  { options }: Build,
  others: BuildOptions = {},
): Promise<{ code: string; map: OutputFile } | undefined> {
  const esbuild = await import("esbuild");
  const built = await esbuild
    .build({ ...options, ...others, ...withMap, write: false, logLevel: "silent" })
    .catch(() => undefined);
  const map = built?.outputFiles?.find((file) => file.path.endsWith(".map"));
  const code = built?.outputFiles?.find((file) => file !== map);
  return map && code && { code: code.text, map };
}

/** Leaves the bundle as it is, byte for byte. */
const withMap = { sourcemap: "external", sourcesContent: false } as const;
