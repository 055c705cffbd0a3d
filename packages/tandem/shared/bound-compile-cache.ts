/**
 * Keeps what V8 compiled from growing for ever: Node has a file of it for each module at each place, also of temporary folders, and
 * removes none.
 */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { compileCache } from "./places.js";

/** Files, some 150 MB; beyond them all go: those that are still in use come again. */
const MOST_KEPT = 20_000;

export async function boundCompileCache(folder = compileCache, most = MOST_KEPT): Promise<void> {
  try {
    // A folder for each version and set of flags of Node.
    const versions = await readdir(folder);
    const files = await Promise.all(versions.map((version) => readdir(path.join(folder, version))));
    if (files.flat().length > most) await rm(folder, { recursive: true, force: true });
  } catch {
    // Nothing is kept yet, or others are about it as well.
  }
}
