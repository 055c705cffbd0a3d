/** Runs a program's main module and gives what it exports, as Pulumi does for ES modules and for CommonJS. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

type Outputs = Record<string, unknown> | undefined;

/**
 * Outputs are what the main module exports: the named exports, or what the default export is, returns or resolves to.
 * @param onLinked called when every module is loaded and none of them has run
 */
export async function loadEsProgram(main: string, onLinked: () => void): Promise<Outputs> {
  // Node links a whole graph of modules before `import` returns its promise.
  const loading = import(pathToFileURL(main).href) as Promise<Record<string, unknown>>;
  onLinked();
  const namespace = await loading;
  if (!("default" in namespace)) return outputsOf({ ...namespace });
  if (Object.keys(namespace).length > 1) {
    throw new Error(
      "The program's main module has a default export and named exports; stack outputs need one kind",
    );
  }
  return outputsOf(namespace.default);
}

/** Outputs are `module.exports`, or what it returns or resolves to. */
export async function loadCommonJsProgram(main: string): Promise<Outputs> {
  return outputsOf(createRequire(main)(main));
}

async function outputsOf(exported: unknown): Promise<Outputs> {
  return (await (typeof exported === "function" ? exported() : exported)) as Outputs;
}
