/**
 * Finds what functions say of themselves: `functions/<subject>/operations.ts`, the named schemas beside it, and what headers
 * may say in `functions/http/header-patterns.ts`.
 */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import * as z from "zod/mini";
import { loadModule } from "../../program/load-module.ts";
import type { HeaderPatterns, Operation } from "./operation.ts";

export interface Described {
  /** Operations by the logical name of their function. */
  operations: Map<string, Operation>;
  /** Schemas that `schema.ts` of a subject exports, by name: the components of the description. */
  schemas: Map<string, z.ZodMiniType>;
  headerPatterns: HeaderPatterns;
}

export async function readOperations(functionsFolder: string): Promise<Described> {
  const exportsAt = (file: string) => exportsOf(file, path.dirname(functionsFolder));
  const patterns = Object.fromEntries(await exportsAt(path.join(functionsFolder, "http/header-patterns.ts")));
  const described: Described = {
    operations: new Map(),
    schemas: new Map(),
    headerPatterns: (patterns.headerPatterns ?? {}) as HeaderPatterns,
  };
  const subjects = readdirSync(functionsFolder, { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const subject of subjects.map(({ name }) => path.join(functionsFolder, name)).sort()) {
    for (const [name, value] of await exportsAt(path.join(subject, "operations.ts"))) {
      described.operations.set(name, value as Operation);
    }
    for (const [name, value] of await exportsAt(path.join(subject, "schema.ts"))) {
      if (value instanceof z.ZodMiniType) described.schemas.set(name, value);
    }
  }
  return described;
}

async function exportsOf(file: string, project: string): Promise<[string, unknown][]> {
  if (!existsSync(file)) return [];
  return Object.entries(await loadModule(file, project));
}
