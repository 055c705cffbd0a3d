/** What went into a bundle, read from esbuild's metafile: files of the project and names of packages. */
import path from "node:path";
import type { Metafile } from "esbuild";

const PACKAGES = "node_modules/";

export interface BundleContents {
  /** From the project's folder. */
  inputs: string[];
  packages: string[];
}

export function contentsOf(entry: string, metafile: Metafile): BundleContents {
  const inputs: string[] = [];
  const packages = new Set<string>();
  for (const input of reachedFrom(entry, metafile)) {
    const name = packageOf(input);
    if (name === undefined) inputs.push(input);
    else packages.add(name);
  }
  return { inputs: inputs.sort(), packages: [...packages].sort() };
}

/** The entry and all it imports, directly or not. */
function reachedFrom(entry: string, metafile: Metafile): Set<string> {
  const reached = new Set<string>([path.posix.normalize(entry)]);
  for (const input of reached) {
    for (const imported of metafile.inputs[input]?.imports ?? []) {
      if (!imported.external && metafile.inputs[imported.path]) reached.add(imported.path);
    }
  }
  return reached;
}

function packageOf(input: string): string | undefined {
  const at = input.lastIndexOf(PACKAGES);
  if (at < 0) return undefined;
  const [first = "", second = ""] = input.slice(at + PACKAGES.length).split("/", 2);
  return first.startsWith("@") ? `${first}/${second}` : first;
}
