/**
 * Loads a module of a program into the tool's own process: waivers, sample data. Whoever wrote the program wrote it, so whatever
 * is wrong with it is told with its place, and is no fault of the tool.
 */
import { readFileSync, statSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { UserError } from "../shared/user-error.js";
import { ProgramError } from "./errors.ts";
import { describeFailure } from "./failure.ts";

export interface WantedList {
  /** Absolute. */
  file: string;
  /** Folder of Pulumi.yaml. */
  project: string;
  /** Name of the export that is wanted. */
  exported: string;
  /** How a person writes that export. */
  example: string;
  /** As they follow `waivers[0]` in a sentence. */
  mistakesIn: (item: unknown) => string[];
}

/**
 * A list that a module exports.
 * @throws UserError where the module does not load or exports no list of that name, or that names every mistake of the list
 */
export async function loadList({
  file,
  project,
  exported,
  example,
  mistakesIn,
}: WantedList): Promise<unknown[]> {
  const exports = await loadModule(file, project);
  if (!(exported in exports)) {
    const names = Object.keys(exports).join(", ") || "nothing";
    throw new UserError(`${file} exports no ${exported}, but ${names}. Write ${example}`);
  }
  const list = exports[exported];
  if (!Array.isArray(list)) throw new UserError(`${file}: ${exported} is no list. Write ${example}`);
  const mistakes = list.flatMap((item, index) =>
    mistakesIn(item).map((mistake) => `  ${exported}[${index}]${mistake}`),
  );
  if (mistakes.length > 0)
    throw new UserError(`The ${exported} of ${file} are wrong:\n${mistakes.join("\n")}`);
  return list;
}

/**
 * What an ES module exports; Node strips its types, whatever the package's manifest says of others.
 * @param project folder of Pulumi.yaml
 * @throws UserError where it does not load
 */
export async function loadModule(file: string, project: string): Promise<Record<string, unknown>> {
  if (!statSync(file).isFile()) throw new UserError(`${file} is no file; a module of TypeScript is wanted`);
  const url = pathToFileURL(file).href;
  const hooks = registerHooks({
    load(asked, context, next) {
      if (asked !== url) return next(asked, context);
      return { format: "module-typescript", source: readFileSync(file, "utf8"), shortCircuit: true };
    },
  });
  try {
    return await import(url);
  } catch (error) {
    const { reason, position, stack } = describeFailure(error, project);
    throw new ProgramError(reason, position ?? { file, line: 1 }, stack);
  } finally {
    hooks.deregister();
  }
}
