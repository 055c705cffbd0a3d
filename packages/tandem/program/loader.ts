/** Watches what a program loads and reads: its own files are what a reload has to watch. */
import { createRequire, registerHooks } from "node:module";
import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isWithin } from "../shared/is-within.ts";
import { packageFolder } from "../shared/places.js";
import { withoutTypes } from "./kept-types.ts";
import { watchReads } from "./reads.ts";
import type { Folders } from "./values.ts";

const require = createRequire(import.meta.url);

export interface Loads {
  /**
   * Files of the program that were loaded so far, then those that it read, and folders whose names it read; absolute.
   * @param built what went into builds: whoever builds reads that, and a build is made anew alone
   */
  sources(built: readonly string[]): string[];
  /** No ES module will follow: Node loads a package's thousand small files noticeably faster with nobody watching. */
  stop(): void;
}

/** Files outside of the repository that the project lies in, packages and hidden folders are no sources. */
export function watchLoads({ project, repository = project }: Folders): Loads {
  const isWithinTool = isWithin(packageFolder, project);
  const isTool = (file: string) =>
    isWithin(packageFolder, file) && !(isWithinTool && isWithin(project, file));
  const isSource = (file: string) =>
    isWithin(repository, file) &&
    (isWithin(project, file) || !isWithin(packageFolder, file)) &&
    !relative(repository, file).split(sep).includes("node_modules") &&
    !relative(repository, dirname(file))
      .split(sep)
      .some((part) => /^\.[^.]/.test(part));
  const modules = new Set<string>();
  const hooks = registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:")) modules.add(fileURLToPath(url));
      return withoutTypes(url, next(url, context));
    },
  });
  const reads = watchReads({ isSource, isTool });
  return {
    sources(built) {
      const loaded = [...modules, ...Object.keys(require.cache)].filter(isSource);
      const read = new Set(reads()).difference(new Set(built));
      return [...new Set([...loaded.sort(), ...[...read].sort()])];
    },
    stop: () => hooks.deregister(),
  };
}
