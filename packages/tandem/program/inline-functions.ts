/** Functions written inline that the SDK cannot turn into code: its error tells neither file nor line where the program is compiled. */
import { createRequire, findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { Position } from "./errors.ts";
import { findSdk } from "./sdk.ts";

type Serialize = (written: unknown, ...more: unknown[]) => Promise<unknown>;

/** Whose property it is: callers take it from the first or, newer ones, from the second. */
const HOLDERS = ["./runtime/closure/serializeClosure.js", "./runtime/index.js"];

/** Gives an error of such a function its place, or that of the call for one that stands in a package (`pulumi.dynamic`). */
export function placeInlineFunctions(folder: string, isOwn: (file: string) => boolean): void {
  const entry = findSdk(folder);
  const require = createRequire(entry);
  // Parts of the SDK that are loaded before the whole find each other half made.
  require(entry);
  for (const holder of HOLDERS.map((name) => require(name) as { serializeFunction: Serialize })) {
    const serialize = holder.serializeFunction;
    holder.serializeFunction = (written, ...more) => {
      const called = new Error();
      return serialize(written, ...more).catch(async (error: Error) => {
        if ("position" in error) throw error;
        const position = typeof written === "function" ? await placeOf(written) : undefined;
        if (position && isOwn(position.file)) throw Object.assign(error, { position });
        error.stack = `${error.name}: ${error.message}\n${called.stack?.split("\n").slice(1).join("\n")}`;
        throw error;
      });
    };
  }
}

const HANDLE = Symbol.for("tandem.inline");

/** Where a function was written, as the debugger knows it. */
async function placeOf(written: object): Promise<Position | undefined> {
  // Loaded here, because hardly a recording needs it.
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  const urls = new Map<string, string>();
  session.connect();
  session.on("Debugger.scriptParsed", ({ params }) => void urls.set(params.scriptId, params.url));
  const held = globalThis as { [HANDLE]?: object };
  held[HANDLE] = written;
  try {
    await session.post("Debugger.enable");
    const expression = `globalThis[Symbol.for("${HANDLE.description}")]`;
    const { result } = await session.post("Runtime.evaluate", { expression });
    const { internalProperties = [] } = await session.post("Runtime.getProperties", {
      objectId: result.objectId ?? "",
    });
    const place = internalProperties.find(({ name }) => name === "[[FunctionLocation]]")?.value?.value;
    const url = place && urls.get(place.scriptId);
    if (!url) return undefined;
    return inSource(url.startsWith("file:") ? fileURLToPath(url) : url, place.lineNumber, place.columnNumber);
  } finally {
    delete held[HANDLE];
    session.disconnect();
  }
}

/** @param line from zero, as the column */
function inSource(file: string, line: number, column: number): Position {
  const entry = findSourceMap(file)?.findEntry(line, column);
  if (entry === undefined || !("originalSource" in entry))
    return { file, line: line + 1, column: column + 1 };
  return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
