/** Watches what a program loads: its own source files are what a reload has to watch. */
import { registerHooks } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export function watchLoads(project: string): { sources(): string[] } {
  const sources = new Set<string>();
  registerHooks({
    load(url, context, next) {
      if (url.startsWith("file:")) {
        const file = fileURLToPath(url);
        if (isSource(relative(project, file))) sources.add(file);
      }
      return next(url, context);
    },
  });
  return { sources: () => [...sources].sort() };
}

function isSource(path: string): boolean {
  const parts = path.split(sep);
  return parts[0] !== ".." && !parts.includes("node_modules");
}
