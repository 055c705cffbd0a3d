/** Where what was downloaded or built once is kept for every checkout on this machine, outside `node_modules`. */
import { homedir } from "node:os";
import path from "node:path";

export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const home = environment.HOME || homedir();
  return path.join(environment.XDG_CACHE_HOME || path.join(home, ".cache"), "tandem", "mongodb");
}
