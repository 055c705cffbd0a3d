/**
 * Imports of CommonJS modules as TypeScript compiles them. esbuild hands every importer a copy of the module instead. A copy
 * cannot be called where the module can; and the SDK, which turns inline functions into code, knows a module by its
 * identity and would take a copy apart down to Node's native functions.
 */

/** How esbuild writes `import x from "…"` and `import * as x from "…"`; the 1 stands where the file's extension is .cts. */
const COPIED = /^var ([\w$]+) = __toESM\((require\("(?:[^"\\]|\\.)*"\))(?:, 1)?\);$/gm;

/** @param code what esbuild made of one file, in its CommonJS format; no line is added or moved */
export function withoutCopies(code: string): string {
  return code.replace(COPIED, (_, name: string, required: string) => {
    const value = members(code, name).has("default") ? withDefault(code, name, required) : required;
    return `var ${name} = ${value};`;
  });
}

/** A module that was not an ES module once is its own default export. */
function withDefault(code: string, name: string, required: string): string {
  const others = members(code, name).size > 1 ? "...m, " : "";
  return `((m) => m?.__esModule ? m : { ${others}default: m })(${required})`;
}

/** What the code reads of a variable. */
function members(code: string, variable: string): Set<string> {
  const access = new RegExp(`(?<![\\w$.])${RegExp.escape(variable)}\\.([\\w$]+)`, "g");
  return new Set(Array.from(code.matchAll(access), ([, member]) => member as string));
}
