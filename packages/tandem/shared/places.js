/**
 * Where this package lies: in the checkout that develops it, where it runs from its TypeScript sources, or installed, where
 * it runs compiled. Plain JavaScript without dependencies, because `tandem.js` reads it before anything is installed.
 */
import { existsSync, readFileSync } from "node:fs";
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

/** What V8 compiled, kept between runs: of the SDKs alone some 1,500 files. */
export const compileCache = path.join(cacheFolder, "compile");

/**
 * The npm package `node` that everything runs on: of the checkout, or of the project here.
 * @returns {{ version: string, binary: string } | undefined} undefined where a project pins none
 */
export function pinnedNode() {
  const manifest = path.join("node_modules", "node", "package.json");
  const folder = checkout ?? nearest(process.cwd(), manifest);
  if (folder === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(path.join(folder, manifest), "utf8"));
  return { version, binary: nodeOf(folder) };
}

/** @param {string} folder with node_modules */
export function nodeOf(folder) {
  return path.join(folder, "node_modules", "node", "bin", "node");
}

/**
 * @param {string} folder
 * @param {string[]} files one of them is enough
 * @returns {string | undefined} the folder, or the nearest above it, that holds the file
 */
export function nearest(folder, ...files) {
  if (files.some((file) => existsSync(path.join(folder, file)))) return folder;
  const above = path.dirname(folder);
  return above === folder ? undefined : nearest(above, ...files);
}

/**
 * A module that another thread or process is to run: TypeScript beside TypeScript, compiled beside compiled.
 * @param {string} url `import.meta.url` of who asks
 * @param {string} name without an extension
 */
export function sibling(url, name) {
  return new URL(`${name}${path.extname(fileURLToPath(url))}`, url);
}
