/**
 * Puts off modules that the SDK loads for every program and hardly any program uses: npm's dependency tree and the
 * TypeScript compiler serve functions written inline, `automation` and `provider` serve other kinds of program. Together
 * they take longer to load than all the rest. What stands in for such a module loads it on first use.
 */

/**
 * Puts off modules that the SDK loads for every program and hardly any program uses: npm's dependency tree and the
 * TypeScript compiler serve functions written inline, `automation` and `provider` serve other kinds of program. Together
 * they take longer to load than all the rest. What stands in for such a module loads it on first use.
 */
import Module, { createRequire } from "node:module";
import { join } from "node:path";

/** As the module that loads it names it, and where that module is, seen from the program's folder. */
const SELDOM_USED: [loader: string, specifier: string][] = [
  ["@pulumi/pulumi", "@npmcli/arborist"],
  ["@pulumi/pulumi", "typescript"],
  ["@pulumi/pulumi", "./automation/index.js"],
  ["@pulumi/pulumi", "./provider/index.js"],
  ["@pulumi/awsx", "./classic/index.js"],
];

/** @param folder where the program's own imports are resolved from */
export function postponeSeldomUsed(folder: string): void {
  for (const [loader, specifier] of SELDOM_USED) {
    const file = find(folder, loader, specifier);
    if (file !== undefined) postpone(file);
  }
}

function find(folder: string, loader: string, specifier: string): string | undefined {
  try {
    return createRequire(createRequire(join(folder, "index.js")).resolve(loader)).resolve(specifier);
  } catch {
    // Not installed, or a version of the SDK that does without it: there is nothing to put off.
    return undefined;
  }
}

function postpone(file: string): void {
  const require = createRequire(file);
  const stand = new Module(file);
  stand.filename = file;
  stand.loaded = true;
  let real: Record<PropertyKey, unknown> | undefined;
  const load = () => {
    if (real === undefined) {
      delete require.cache[file];
      real = require(file) as Record<PropertyKey, unknown>;
    }
    return real;
  };
  stand.exports = new Proxy(
    {},
    {
      get: (_, key) => {
        // True keeps the helpers of compiled imports from reading every export.
        if (key === "__esModule") return true;
        return key === "default" ? (load().default ?? load()) : load()[key];
      },
      has: (_, key) => key in load(),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const found = Reflect.getOwnPropertyDescriptor(load(), key);
        // The stand-in has no such property of its own, and a proxy may not claim a fixed one.
        return found && { ...found, configurable: true };
      },
    },
  );
  require.cache[file] = stand;
}
