import { pathToFileURL } from "node:url";
import type { BuildOptions, Plugin } from "esbuild";
import type { Build } from "../program/recording.ts";

/** The esbuild options of a recorded build, with its plugins loaded. */
export async function optionsOf({ options, plugins = [] }: Build): Promise<BuildOptions> {
  if (plugins.length === 0) return options;
  const loaded = plugins.map(async (file) => {
    const { default: plugin } = (await import(pathToFileURL(file).href)) as { default: Plugin };
    return plugin;
  });
  return { ...options, plugins: await Promise.all(loaded) };
}
