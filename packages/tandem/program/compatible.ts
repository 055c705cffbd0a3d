/**
 * Runs programs that Node by itself does not: TypeScript that has to be compiled rather than stripped (enums, decorators,
 * parameter properties), imports without an extension, CommonJS written with `import`, and folders whose packages are not
 * installed. Slower than Node's own way, so only programs that need it get it.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire, registerHooks, setSourceMapsSupport } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { installCommand } from "../shared/install-command.js";
import { literalPattern } from "../shared/literal-pattern.ts";
import { nearest } from "../shared/places.js";
import { type CommonJsCompiler, commonJsCompiler } from "./compile-commonjs.ts";
import type { Position } from "./errors.ts";
import { findUp, readManifest } from "./package-manifest.ts";
import type { CompilerOptions } from "./project.ts";

const require = createRequire(import.meta.url);

/** Extensions that Node resolves neither for `import "./x"` nor, in part, for `require("./x")`. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/** Those that ts-node enters for `require`. */
const COMMONJS_EXTENSIONS = [".ts", ".tsx"];

/** In place of a module that has types and no code; no such file is read. */
const TYPES_ALONE = new URL("types-alone.cjs", import.meta.url).href;

const LOADERS = { ".ts": "ts", ".tsx": "tsx", ".mts": "ts", ".cts": "ts" } as const;

/** @param program folder in which the program runs */
export function runCompatibly(program: string, { typescript, tsconfig }: CompilerOptions): void {
  // Of the program alone: to count the lines of each package's file takes longer than to load it.
  setSourceMapsSupport(true, { nodeModules: false });
  if (typescript) registerExtensions();
  let commonJs: CommonJsCompiler | undefined;
  const compiler = () => {
    commonJs ??= commonJsCompiler(program, tsconfig);
    return commonJs;
  };
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const parent = context.parentURL?.startsWith("file:") ? fileURLToPath(context.parentURL) : undefined;
        // This file itself asks for packages that the program lacks, below.
        if (!isNotFound(error) || parent === undefined || parent === import.meta.filename) throw error;
        try {
          const found = find(specifier, isImport(context), parent, typescript, error as Error);
          return next(found, context);
        } catch (missing) {
          const asked = typescript && !isImport(context) && extname(parent) in LOADERS && !isPackaged(parent);
          if (!asked || compiler().asksFor(parent, specifier)) throw missing;
          return { url: TYPES_ALONE, format: "commonjs", shortCircuit: true };
        }
      }
    },
    load(url, context, next) {
      if (url === TYPES_ALONE) return { format: "commonjs", source: "", shortCircuit: true };
      const file = url.startsWith("file:") ? fileURLToPath(url) : "";
      const loader = LOADERS[extname(file) as keyof typeof LOADERS];
      if (!typescript || loader === undefined || isPackaged(file)) return next(url, context);
      // Whoever is required is CommonJS, whatever its package says: Pulumi's compiler is asked for nothing else.
      if (isImport(context) && isEsModule(file)) {
        return { format: "module", source: compileEsModule(file, loader), shortCircuit: true };
      }
      return { format: "commonjs", source: compiler().compile(file), shortCircuit: true };
    },
  });
}

/**
 * As ts-node does: whoever resolves modules in its own way (tsconfig-paths) tries the extensions that stand there, and hands on a path
 * without one. The load hook above compiles, whichever handler asks for the source.
 */
function registerExtensions(): void {
  for (const extension of COMMONJS_EXTENSIONS) require.extensions[extension] ??= require.extensions[".js"];
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

/** Only a build of esbuild's follows it, which takes longer. */
const INHERITS = /"extends"\s*:/;

/** What Node strips of its types and what it cannot (enums, decorators), in one way. */
function compileEsModule(file: string, loader: "ts" | "tsx"): string {
  const { buildSync, transformSync } = require("esbuild") as typeof import("esbuild");
  const contents = readFileSync(file, "utf8");
  const tsconfig = findUp(dirname(file), "tsconfig.json");
  const tsconfigRaw = tsconfig === undefined ? "{}" : readFileSync(tsconfig, "utf8");
  const options = {
    format: "esm",
    sourcemap: "inline",
    target: `node${process.versions.node}`,
    logLevel: "silent",
  } as const;
  if (tsconfig !== undefined && INHERITS.test(tsconfigRaw)) {
    try {
      const stdin = { contents, sourcefile: file, resolveDir: dirname(file), loader };
      const { outputFiles } = buildSync({ ...options, stdin, outfile: `${file}.js`, write: false, tsconfig });
      const [output] = outputFiles;
      if (output !== undefined) return output.text;
    } catch {
      // What is wrong is told below, with the file's whole path.
    }
  }
  return transformSync(contents, { ...options, loader, sourcefile: file, tsconfigRaw }).code;
}

/** What `next` is to look for where it did not find the specifier itself; throws what the program is told. */
function find(
  specifier: string,
  imported: boolean,
  parent: string,
  typescript: boolean,
  error: Error,
): string {
  if (!specifier.startsWith(".")) return ownPackage(specifier, imported, parent, error);
  const path = resolve(dirname(parent), specifier);
  const file = typescript ? findFile(path, imported, parent) : undefined;
  if (file === undefined)
    throw notFound(error, `Cannot find ${JSON.stringify(specifier)}`, specifier, parent);
  return imported ? pathToFileURL(file).href : file;
}

/** A package that the program's folder does not have may be one that comes with this recorder. */
function ownPackage(specifier: string, imported: boolean, parent: string, error: Error): string {
  if (isPackaged(parent)) throw error;
  try {
    return imported ? import.meta.resolve(specifier) : require.resolve(specifier);
  } catch {
    throw notFound(error, missingPackage(specifier, parent), specifier, parent);
  }
}

const PACKAGE_NAME = /^(@[^/]+\/)?[^/]+/;

/** `validator/lib/isEmail` is a file of `validator`, which may be there without it. */
function missingPackage(specifier: string, parent: string): string {
  const [name = specifier] = PACKAGE_NAME.exec(specifier) ?? [];
  const folder = dirname(parent);
  if (name !== specifier && nearest(folder, join("node_modules", name)) !== undefined)
    return `Package "${name}" has no ${JSON.stringify(specifier)}`;
  const listed = nearest(folder, "package.json") ?? folder;
  return `Package "${name}" is not installed; run ${installCommand(listed)} in ${listed}`;
}

/** What Pulumi finds: for `require`, a file or folder without its extension; for `import`, only what Node itself would. */
function findFile(path: string, imported: boolean, parent: string): string | undefined {
  if (imported && !isEsModule(parent)) return undefined;
  // An ES module may import `./x.js` for a file `x.ts` where it is run by a newer ts-node.
  const bases = [path, ...(imported ? [path.replace(/\.[cm]?js$/, "")] : []), join(path, "index")];
  const candidates = bases.flatMap((base) => EXTENSIONS.map((extension) => base + extension));
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
  const quoted = new RegExp(`["'\`]${literalPattern(specifier)}["'\`]`);
  const index = lines.findIndex((line) => quoted.test(line));
  if (index < 0) return { file, line: 1 };
  return { file, line: index + 1, column: (lines[index]?.search(quoted) ?? 0) + 1 };
}

function isPackaged(file: string): boolean {
  return file.includes("/node_modules/");
}
