import type { CodeChange, CodeState, Diff } from "../diff/diff.ts";
import { type Entry, entry, joined, listed, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";

/** Of functions that stay: new and gone ones are told as such. One line for all whose packages change alike. */
export function codeEntries({ code }: Diff): Entry[] {
  const changes = code.filter(({ before, after }) => before !== undefined && after !== undefined);
  const groups = Map.groupBy(changes, ({ packagesAdded, packagesRemoved }) =>
    JSON.stringify([packagesAdded, packagesRemoved]),
  );
  return [...groups.values()].map((group) => {
    const [first] = group as [CodeChange];
    const sign: Sign = first.packagesAdded.length > 0 ? "+" : "~";
    const sizes = group.map((change) => line`${change.function} ${[sizeText(change)]}`);
    return entry(sign, joined(sizes, ", "), [
      ...packagesLine("packages added", first.packagesAdded),
      ...packagesLine("packages removed", first.packagesRemoved),
    ]);
  });
}

function sizeText({ before, after }: CodeChange): string {
  if (before?.bytes === undefined || after?.bytes === undefined) return "other code";
  if (before.bytes === after.bytes) return `other code of ${size(after)}`;
  const difference = after.bytes - before.bytes;
  return `${size(before)} → ${size(after)} (${difference > 0 ? "+" : "−"}${bytes(Math.abs(difference))})`;
}

export function size(state: CodeState | undefined): string {
  return state?.bytes === undefined ? "code of unknown size" : bytes(state.bytes);
}

function bytes(count: number): string {
  return count < 1000 ? `${count} B` : `${(count / 1000).toFixed(1)} KB`;
}

function packagesLine(title: string, packages: string[]): Line[] {
  return packages.length === 0 ? [] : [[`${title}: `, ...listed(packages)]];
}
