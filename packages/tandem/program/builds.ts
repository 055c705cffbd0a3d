/**
 * Tells a program that it is being recorded, under a well-known symbol so that nobody imports anybody: a program that
 * builds code reads there whether to build at all, and reports what it built. See docs/decisions/002-builds.md.
 */
import type { Build } from "./recording.ts";

const KEY = Symbol.for("program.builds");

/** @param bundle false when only the resources are wanted */
export function collectBuilds(bundle: boolean): { builds: Build[]; stop(): void } {
  const builds: Build[] = [];
  const everything = globalThis as { [KEY]?: object };
  everything[KEY] = { bundle, built: (build: Build) => builds.push(build) };
  return {
    builds,
    stop() {
      delete everything[KEY];
    },
  };
}
