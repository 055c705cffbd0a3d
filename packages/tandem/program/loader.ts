/** Watches what a program loads: its own source files are what a reload has to watch. */
import { createRequire, registerHooks } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

export interface Loads {
  /** Files of the program loaded so far, absolute. */
  sources(): string[];
  /** No ES module will follow: Node loads a package's thousand small files noticeably faster with nobody watching. */
  stop(): void;
}

/** @param project folder of Pulumi.yaml; files outside it and packages are no sources */
export function watchLoads(project: string): Loads {
  const modules = new Set<string>();
  const hooks = registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:")) modules.add(fileURLToPath(url));
      return next(url, context);
    },
  });
  return {
    sources() {
      const loaded = [...modules, ...Object.keys(require.cache)];
      return [...new Set(loaded)].filter((file) => isSource(relative(project, file))).sort();
    },
    stop: () => hooks.deregister(),
  };
}

function isSource(path: string): boolean {
  const parts = path.split(sep);
  return parts[0] !== ".." && !parts.includes("node_modules");
}
