/**
 * Compiles TypeScript to CommonJS as Pulumi does: with TypeScript itself, which keeps the order of statements between imports, its
 * own way of importing, and the metadata of decorators. Types are not checked; that is `tsc`'s work.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname } from "node:path";
import type ts from "typescript";
import { sibling } from "../shared/places.js";
import { refuseTopLevelAwait, syntaxError, VENDORED } from "./commonjs-mistakes.ts";
import { KeptCode } from "./kept-code.ts";
import { findSdk } from "./sdk.ts";

type TypeScript = typeof ts;

/** SDKs that compile for ES2020, not for ES2015. */
const ES2020_SINCE = [3, 185] as const;

/** SDKs that keep `import()` as it is (`module: nodenext`), where their TypeScript knows how. */
const NODE_NEXT_SINCE = [3, 229] as const;

/** Options that say where to write files: nothing is written here. */
const ABOUT_FILES = [
  "composite",
  "declaration",
  "declarationDir",
  "declarationMap",
  "emitDeclarationOnly",
  "incremental",
  "noEmit",
  "noEmitOnError",
  "out",
  "outDir",
  "outFile",
  "sourceRoot",
  "tsBuildInfoFile",
];

export interface CommonJsCompiler {
  compile(file: string): string;
  /** Whether the code of a file asks for a module that it names, for which the types of all that it imports are read. */
  asksFor(file: string, specifier: string): boolean;
}

/** @param folder where the program runs: its SDK's TypeScript counts, as for Pulumi @param tsconfig absolute; there may be none */
export function commonJsCompiler(folder: string, tsconfig: string): CommonJsCompiler {
  const sdk = findSdk(folder);
  let loaded: Compiler | undefined;
  const compiler = () => {
    loaded ??= loadCompiler(sdk, tsconfig);
    return loaded;
  };
  const kept = keptCode(sdk, tsconfig);
  return {
    compile(file) {
      const source = readFileSync(file, "utf8");
      const compileNow = () => compile(compiler(), file, source);
      return kept === undefined ? compileNow() : kept.of(basename(file), source, compileNow);
    },
    asksFor: (file, specifier) => asksFor(compiler(), file, specifier),
  };
}

interface Compiler {
  typescript: TypeScript;
  options: ts.CompilerOptions;
}

function loadCompiler(sdk: string, tsconfig: string): Compiler {
  const typescript = findTypeScript(sdk);
  return { typescript, options: compilerOptions(typescript, tsconfig, defaultsOf(typescript, sdk)) };
}

/** Files by which code is compiled as it is. */
const OWN_FILES = ["compile-commonjs", "commonjs-mistakes"];

/** Undefined where tsconfig.json may say more than stands in it. */
function keptCode(sdk: string, tsconfig: string): KeptCode | undefined {
  const configured = existsSync(tsconfig) ? readFileSync(tsconfig, "utf8") : "";
  if (configured.includes("extends")) return undefined;
  const ownWay = OWN_FILES.map((name) => readFileSync(sibling(import.meta.url, name), "utf8"));
  return new KeptCode([versionOf(sdk, "./package.json"), typeScriptVersion(sdk), configured, ownWay]);
}

function typeScriptVersion(sdk: string): string {
  try {
    return versionOf(sdk, "typescript/package.json");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return VENDORED;
  }
}

function versionOf(sdk: string, manifest: string): string {
  return createRequire(sdk)(manifest).version;
}

function compile({ typescript, options }: Compiler, file: string, source: string): string {
  refuseTopLevelAwait(typescript, file, source);
  const { outputText, diagnostics = [] } = typescript.transpileModule(source, {
    fileName: file,
    compilerOptions: { ...options, ...jsxFor(typescript, file, options) },
    reportDiagnostics: true,
  });
  // Of one file alone only mistakes of its syntax are known.
  const wrong = diagnostics.find(({ start }) => start !== undefined);
  if (wrong !== undefined) throw syntaxError(typescript, file, wrong);
  return outputText;
}

/**
 * A name that is handed on (`export { T } from "x"`) may be a type, and then Pulumi's compiler leaves the whole module out. Of one file
 * alone that cannot be known, so it is asked only where the module is missing.
 */
function asksFor({ typescript, options }: Compiler, file: string, specifier: string): boolean {
  // Of one file alone Pulumi too takes a name for a value.
  const alone = process.env.PULUMI_NODEJS_TRANSPILE_ONLY || options.noCheck;
  if (String(alone) === "true") return true;
  // No module is among the types of what is global, which take twenty times as long to read as such a file.
  const program = typescript.createProgram([file], { ...options, isolatedModules: false, noLib: true });
  let code = "";
  program.emit(program.getSourceFile(file), (_, text) => {
    code += text;
  });
  return code.includes(`require(${JSON.stringify(specifier)})`);
}

/** The one beside the SDK; where there is none, the old one that the SDK has within it, and older SDKs as a dependency. */
function findTypeScript(sdk: string): TypeScript {
  const require = createRequire(sdk);
  try {
    return require("typescript") as TypeScript;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return require(`./vendor/typescript@${VENDORED}/typescript.js`) as TypeScript;
  }
}

/** What Pulumi compiles for where tsconfig.json says nothing, which newer SDKs changed twice. */
function defaultsOf({ ScriptTarget, ModuleKind, version }: TypeScript, sdk: string): ts.CompilerOptions {
  const sdkVersion = versionOf(sdk, "./package.json");
  const nodeNext = isAtLeast(sdkVersion, NODE_NEXT_SINCE) && isAtLeast(version, [4, 7]);
  return {
    target: isAtLeast(sdkVersion, ES2020_SINCE) ? ScriptTarget.ES2020 : ScriptTarget.ES2015,
    module: nodeNext ? ModuleKind.NodeNext : ModuleKind.CommonJS,
  };
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** Pulumi's defaults stand behind what tsconfig.json says itself, and before what it inherits. */
function compilerOptions(
  typescript: TypeScript,
  configFile: string,
  defaults: ts.CompilerOptions,
): ts.CompilerOptions {
  const { inherited, own } = readConfig(typescript, configFile);
  const options: ts.CompilerOptions = {
    ...inherited,
    ...(own.target === undefined && { target: defaults.target }),
    ...(own.module === undefined && { module: defaults.module }),
    isolatedModules: true,
    inlineSourceMap: true,
    inlineSources: true,
    sourceMap: false,
  };
  for (const name of ABOUT_FILES) delete options[name];
  return options;
}

/** @returns all options with those of `extends`, and the names that the file itself has */
function readConfig(
  typescript: TypeScript,
  file: string,
): { inherited: ts.CompilerOptions; own: object & { target?: unknown; module?: unknown } } {
  if (!existsSync(file)) return { inherited: {}, own: {} };
  const { config, error } = typescript.readConfigFile(file, (name) => readFileSync(name, "utf8"));
  if (error !== undefined) throw syntaxError(typescript, file, error);
  const { options } = typescript.parseJsonConfigFileContent(config, typescript.sys, dirname(file));
  return { inherited: options, own: config?.compilerOptions ?? {} };
}

/** JSX that is left as it is would be no JavaScript. */
function jsxFor(typescript: TypeScript, file: string, { jsx }: ts.CompilerOptions): ts.CompilerOptions {
  if (extname(file) !== ".tsx" || (jsx !== undefined && jsx !== typescript.JsxEmit.Preserve)) return {};
  return { jsx: typescript.JsxEmit.React };
}
