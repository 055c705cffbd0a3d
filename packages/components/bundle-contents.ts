/** What went into a bundle, read from esbuild's metafile: files of the project and names of packages. */
import path from "node:path";
import type { Metafile } from "esbuild";

export interface BundleContents {
  inputs: string[];
  packages: string[];
}

export function contentsOf(folder: string, entry: string, metafile: Metafile): BundleContents {
  const reached = reachedFrom(entry, metafile);
  const packages = reached.map(packageOf).filter((name) => name !== undefined);
  return {
    inputs: reached
      .filter((input) => packageOf(input) === undefined)
      .map((input) => path.resolve(folder, input))
      .sort(),
    packages: [...new Set(packages)].sort(),
  };
}

/** The entry and all it imports, directly or not. */
function reachedFrom(entry: string, metafile: Metafile): string[] {
  const reached = new Set<string>([path.posix.normalize(entry)]);
  for (const input of reached) {
    for (const imported of metafile.inputs[input]?.imports ?? []) {
      if (!imported.external && metafile.inputs[imported.path]) reached.add(imported.path);
    }
  }
  return [...reached];
}

function packageOf(input: string): string | undefined {
  const inside = input.split("node_modules/").at(-1);
  if (inside === undefined || inside === input) return undefined;
  const [first = "", second = ""] = inside.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}
