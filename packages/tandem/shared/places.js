/**
 * Where this package lies: in the checkout that develops it, where it runs from its TypeScript sources, or installed, where
 * it runs compiled. Plain JavaScript without dependencies, because `tandem.js` reads it before anything is installed.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Absolute; it holds package.json. */
export const packageFolder = nearest(path.dirname(fileURLToPath(import.meta.url)), "package.json") ?? "";

/** The checkout that this package is developed in; undefined where it is installed. */
export const checkout = existsSync(path.join(packageFolder, "../../packages/tandem"))
  ? path.resolve(packageFolder, "../..")
  : undefined;

/** What may be thrown away at any time: beside the installed packages, so that no project has to ignore it. */
export const cacheFolder = path.join(
  checkout ? path.join(checkout, "node_modules") : path.resolve(packageFolder, ".."),
  ".cache/tandem",
);

/**
 * @param {string} folder
 * @param {string} file
 * @returns {string | undefined} the folder, or the nearest above it, that holds the file
 */
export function nearest(folder, file) {
  if (existsSync(path.join(folder, file))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : nearest(above, file);
}

/**
 * A module that another thread or process is to run: TypeScript beside TypeScript, compiled beside compiled.
 * @param {string} url `import.meta.url` of who asks
 * @param {string} name without an extension
 */
export function sibling(url, name) {
  return new URL(`${name}${path.extname(fileURLToPath(url))}`, url);
}
