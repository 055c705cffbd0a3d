/** A folder with all above it, or the true reason why not. Plain JavaScript: cli/install.js runs before anything is installed. */
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * Not `mkdirSync(…, { recursive: true })`: on a read-only file system that says ENOENT instead of EROFS, and below
 * /proc it never ends.
 *
 * @param {string} folder
 * @param {number} [mode] of every folder that is made
 */
export function makeFolder(folder, mode) {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    if (isFolder(folder)) return;
    const above = path.dirname(folder);
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== "ENOENT" || isFolder(above)) throw error;
    makeFolder(above, mode);
    makeFolder(folder, mode);
  }
}

/** @param {string} file */
function isFolder(file) {
  try {
    return statSync(file).isDirectory();
  } catch {
    return false;
  }
}
