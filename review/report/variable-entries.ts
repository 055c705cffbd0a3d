import type { VariableChange } from "../diff/diff.ts";
import { type Entry, entry } from "./entry.ts";
import { line } from "./line.ts";
import { changeLine, signOf } from "./values.ts";

/** One entry a variable: a change that many functions share is told once, with their names. */
export function variableEntries(changes: readonly VariableChange[]): Entry[] {
  const groups = Map.groupBy(changes, ({ name, before, after, secret }) =>
    JSON.stringify([name, before, after, secret]),
  );
  return [...groups.values()].map((group) => {
    const [first] = group as [VariableChange];
    const functions = group.map((change) => change.function).join(", ");
    return entry(signOf(first), line`${first.name} of ${functions}: ${changeLine(first)}`);
  });
}
