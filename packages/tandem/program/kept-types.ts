/**
 * Modules of a program without their types, as Node takes them away, kept by what stands in them. Node keeps them by their path, and
 * loads its parser, for a third of the time of a small recording, wherever that is another one, as in a checkout of a revision.
 */
import { type LoadFnOutput, stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../shared/places.js";
import { KeptCode } from "./kept-code.ts";

/** By which V8 calls a module; Node writes its address behind it, so that errors name the file. */
const NAMED = /\/\/[#@] sourceURL=/;

const kept = new KeptCode(process.versions.amaro, join(cacheFolder, "stripped"));

/** What Node will run of a module that it has read; the module as it is where Node has something to say against it, or more to do. */
export function withoutTypes(url: string, loaded: LoadFnOutput): LoadFnOutput {
  const { format, source } = loaded;
  if (format !== "module-typescript" || url.includes("/node_modules/")) return loaded;
  const text = typeof source === "string" ? source : new TextDecoder().decode(source);
  if (NAMED.test(text)) return loaded;
  try {
    // Every character stays where it was, so nothing leads back to what was read.
    return { ...loaded, format: "module", source: kept.of("", text, () => strip(text)) };
  } catch {
    return loaded;
  }
}

/** Without the warning that this function may change yet: Node does the same unasked. */
function strip(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}
