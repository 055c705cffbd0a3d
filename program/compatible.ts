/**
 * Runs programs that Node by itself does not: TypeScript that has to be compiled rather than stripped (enums, decorators,
 * parameter properties), imports without an extension, CommonJS written with `import`, and folders whose packages are not
 * installed. Slower than Node's own way, so only programs that need it get it.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TransformOptions } from "esbuild";
import type { Position } from "./errors.ts";
import { withoutCopies } from "./interop.ts";
import { readManifest } from "./package-manifest.ts";

const require = createRequire(import.meta.url);

/** Extensions that Node resolves neither for `import "./x"` nor, in part, for `require("./x")`. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

const LOADERS = {
  ".ts": "ts",
  ".tsx": "tsx",
  ".mts": "ts",
  ".cts": "ts",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
} as const;

export function runCompatibly(): void {
  process.setSourceMapsEnabled(true);
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
        if (!isNotFound(error) || parent === undefined) throw error;
        if (!specifier.startsWith("."))
          return next(ownPackage(specifier, isImport(context), parent, error as Error), context);
        const file = findFile(resolve(dirname(parent), specifier));
        if (file === undefined)
          throw notFound(error as Error, `Cannot find ${JSON.stringify(specifier)}`, specifier, parent);
        return next(isImport(context) ? pathToFileURL(file).href : file, context);
      }
    },
    load(url, context, next) {
      const file = url.startsWith("file:") ? fileURLToPath(url) : "";
      const loader = LOADERS[extname(file) as keyof typeof LOADERS];
      if (loader === undefined || isPackaged(file)) return next(url, context);
      const { format, code } = compile(file, loader);
      return { format, source: code, shortCircuit: true };
    },
  });
}

/** `import` is answered with URLs, `require` with paths. */
function isImport({ conditions }: { conditions: string[] }): boolean {
  return conditions.includes("import");
}

/** Whether a module is ES or CommonJS, as its extension or its nearest package.json says; Pulumi takes it for CommonJS else. */
export function isEsModule(file: string): boolean {
  const extension = extname(file);
  if (extension.startsWith(".m")) return true;
  if (extension.startsWith(".c")) return false;
  const manifest = findUp(dirname(file), "package.json");
  return manifest !== undefined && readManifest(manifest).type === "module";
}

function compile(file: string, loader: "ts" | "tsx" | "js"): { format: "module" | "commonjs"; code: string } {
  const { transformSync } = require("esbuild") as typeof import("esbuild");
  const source = readFileSync(file, "utf8");
  const tsconfig = findUp(dirname(file), "tsconfig.json");
  const options: TransformOptions = {
    loader,
    sourcefile: file,
    sourcemap: "inline",
    target: `node${process.versions.node}`,
    logLevel: "silent",
    ...(tsconfig === undefined ? {} : { tsconfigRaw: readFileSync(tsconfig, "utf8") }),
  };
  const esModule = () => ({
    format: "module" as const,
    code: transformSync(source, { ...options, format: "esm" }).code,
  });
  if (isEsModule(file)) return esModule();
  try {
    return {
      format: "commonjs",
      code: withoutCopies(transformSync(source, { ...options, format: "cjs" }).code),
    };
  } catch (error) {
    // What CommonJS cannot say at all is an ES module, whatever the package says.
    if (String(error).includes("Top-level await")) return esModule();
    throw error;
  }
}

/** A package that the program's folder does not have may be one that comes with this recorder. */
function ownPackage(specifier: string, imported: boolean, parent: string, error: Error): string {
  if (isPackaged(parent)) throw error;
  try {
    return imported ? import.meta.resolve(specifier) : require.resolve(specifier);
  } catch {
    const advice = `Package "${specifier}" is not installed; run npm install in ${dirname(parent)}`;
    throw notFound(error, advice, specifier, parent);
  }
}

function findFile(path: string): string | undefined {
  // TypeScript lets a program import `./x.js` for a file `x.ts`.
  const withoutExtension = path.replace(/\.[cm]?js$/, "");
  const candidates = [path, withoutExtension, join(path, "index")].flatMap((base) =>
    EXTENSIONS.map((extension) => base + extension),
  );
  return candidates.find((file) => existsSync(file) && statSync(file).isFile());
}

function isNotFound(error: unknown): boolean {
  const codes = ["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"];
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}

/** Keeps the error's code, by which callers tell that a module is missing. */
function notFound(error: Error, message: string, specifier: string, parent: string): Error {
  if (isPackaged(parent)) return error;
  return Object.assign(new Error(message), {
    code: (error as NodeJS.ErrnoException).code,
    position: positionOf(specifier, parent),
  });
}

function positionOf(specifier: string, file: string): Position {
  const lines = readFileSync(file, "utf8").split("\n");
  const quoted = new RegExp(`["'\`]${RegExp.escape(specifier)}["'\`]`);
  const index = lines.findIndex((line) => quoted.test(line));
  if (index < 0) return { file, line: 1 };
  return { file, line: index + 1, column: (lines[index]?.search(quoted) ?? 0) + 1 };
}

function isPackaged(file: string): boolean {
  return file.includes("/node_modules/");
}

function findUp(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  return dirname(folder) === folder ? undefined : findUp(dirname(folder), name);
}
