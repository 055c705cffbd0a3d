/**
 * What V8 compiled of packages that a test installs, kept beside what it compiled of the checkout's: each test has them in a
 * folder of its own, and Node would compile them anew.
 */
import { symlinkSync } from "node:fs";
import path from "node:path";
import { boundCompileCache } from "../../shared/bound-compile-cache.ts";
import { makeFolder } from "../../shared/make-folder.js";
import { cacheFolder } from "../../shared/places.js";

const KEPT = path.join(cacheFolder, "compiled-where-installed");

/**
 * @param project whose packages lie in its own `node_modules`
 * @returns the variables that its processes are to have
 */
export async function shareCompiled(project: string): Promise<NodeJS.ProcessEnv> {
  await boundCompileCache(KEPT);
  makeFolder(KEPT);
  const cache = path.join(project, "node_modules/.cache/tandem/compile");
  makeFolder(path.dirname(cache));
  symlinkSync(KEPT, cache);
  // Files have names by the way to them from this folder, which is the same in each project.
  return { ...process.env, NODE_COMPILE_CACHE: cache, NODE_COMPILE_CACHE_PORTABLE: "1" };
}
