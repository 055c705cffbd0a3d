import type { VariableChange } from "../diff/diff.ts";
import { type Entry, entry, listed } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { changeLine, signOf } from "./values.ts";

/** One entry for all functions whose variables change alike. */
export function variableEntries(changes: readonly VariableChange[]): Entry[] {
  const functions = Map.groupBy(changes, (change) => change.function);
  const alike = Map.groupBy(functions, ([, group]) =>
    JSON.stringify(group.map(({ name, before, after, secret }) => [name, before, after, secret])),
  );
  return [...alike.values()].map((same) => {
    const names = same.map(([name]) => name);
    const group = same[0]?.[1] ?? [];
    const signs = new Set(group.map(signOf));
    const [only] = signs.size === 1 ? signs : ["~" as const];
    const shown = listed(names);
    return entry(only ?? "~", ["variables of ", ...shown], group.map(variableLine));
  });
}

function variableLine(change: VariableChange): Line {
  const sign = { "+": "+ ", "-": "− ", "~": "", "!": "" }[signOf(change)];
  return [sign, ...line`${change.name}: `, ...changeLine(change)];
}
