/** Finds a program's main file and the folder it runs in, as Pulumi's CLI and its language host do. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { findUp, type Manifest, readManifest } from "./package-manifest.ts";

export interface EntryPoint {
  /** The main file, absolute. */
  main: string;
  /** Folder the program runs in, absolute: what Pulumi.yaml names, wherever package.json has the main file. */
  program: string;
}

/** What `require` looks for in a folder: Node itself, and beside the compiler. */
const REQUIRED = [".js", ".json"];
const COMPILED = [".js", ".json", ".ts", ".tsx"];
const IMPORTED = [".js", ".mjs", ".ts", ".mts"];

/**
 * @param named what Pulumi.yaml's `main` names, absolute; the project's folder where it names nothing
 * @param compiled whether Pulumi compiles TypeScript
 * @returns undefined where the language host would find nothing
 */
export function findEntryPoint(named: string, compiled: boolean): EntryPoint | undefined {
  if (!isFolder(named)) {
    const main = required(named, compiled);
    return main === undefined ? undefined : { main, program: dirname(named) };
  }
  const manifestFile = findUp(named, "package.json");
  const manifest = manifestFile === undefined ? {} : readManifest(manifestFile);
  const own = entryOf(manifest);
  const path = manifestFile === undefined || own === undefined ? named : join(dirname(manifestFile), own);
  const start = existsSync(path) ? path : named;
  const main = manifest.type === "module" ? imported(start) : required(start, compiled);
  return main === undefined ? undefined : { main, program: named };
}

/** `exports` goes before `main`, even where it names nothing for the package itself. */
function entryOf({ main, exports }: Manifest): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return main;
  const own = (exports as Record<string, unknown>)["."];
  if (typeof own !== "object" || own === null) return typeof own === "string" ? own : undefined;
  const conditions = own as Record<string, unknown>;
  const found = conditions.default || conditions.require || conditions.import;
  return typeof found === "string" ? found : undefined;
}

function imported(path: string): string | undefined {
  if (!isFolder(path)) return path;
  return IMPORTED.map((extension) => join(path, `index${extension}`)).find(isFile);
}

/** A file, the same with an extension, or a folder by its package.json and its index. */
function required(path: string, compiled: boolean): string | undefined {
  const extensions = compiled ? COMPILED : REQUIRED;
  const file = withExtension(path, extensions);
  if (file !== undefined || !isFolder(path)) return file;
  const manifestFile = join(path, "package.json");
  const { main } = existsSync(manifestFile) ? readManifest(manifestFile) : {};
  const named = main === undefined ? undefined : join(path, main);
  return (
    (named && (withExtension(named, extensions) ?? withExtension(join(named, "index"), extensions))) ??
    withExtension(join(path, "index"), extensions)
  );
}

function withExtension(path: string, extensions: string[]): string | undefined {
  if (basename(path) === "") return undefined;
  return ["", ...extensions].map((extension) => path + extension).find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
