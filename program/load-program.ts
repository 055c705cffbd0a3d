/** Runs a program's main module and gives what it exports, as Pulumi does for ES modules and for CommonJS. */
import { pathToFileURL } from "node:url";

type Outputs = Record<string, unknown> | undefined;

/**
 * Outputs are the named exports, or what the default export (CommonJS: `module.exports`) is, returns or resolves to.
 * @param onLinked called when every ES module is loaded and none of them has run
 */
export async function loadProgram(main: string, onLinked: () => void): Promise<Outputs> {
  // Node links a whole graph of modules before `import` returns its promise.
  const loading = import(pathToFileURL(main).href) as Promise<Record<string, unknown>>;
  onLinked();
  const namespace = await loading;
  const exported = exportsOf(namespace);
  return (await (typeof exported === "function" ? exported() : exported)) as Outputs;
}

/** Node puts `module.exports` of a CommonJS module under this name of the namespace. */
const COMMONJS = "module.exports";

function exportsOf(namespace: Record<string, unknown>): unknown {
  if (COMMONJS in namespace) return namespace[COMMONJS];
  if (!("default" in namespace)) return { ...namespace };
  if (Object.keys(namespace).length > 1) {
    throw new Error(
      "The program's main module has a default export and named exports; stack outputs need one kind",
    );
  }
  return namespace.default;
}
