import type { CodeChange, CodeState } from "../diff/diff.ts";
import { type Entry, entry, type Sign } from "./entry.ts";
import { type Line, line } from "./line.ts";

export function codeEntries(changes: readonly CodeChange[]): Entry[] {
  return changes.map((change) => {
    const sign: Sign = change.before === undefined ? "+" : change.after === undefined ? "-" : "~";
    return entry(sign, line`${change.function}: ${sizeLine(change)}`, [
      ...packagesLine("packages added", change.packagesAdded),
      ...packagesLine("packages removed", change.packagesRemoved),
    ]);
  });
}

function sizeLine({ before, after }: CodeChange): Line {
  if (before === undefined || after === undefined) return [size(after ?? before)];
  if (before.bytes === undefined || after.bytes === undefined) return ["other code"];
  if (before.bytes === after.bytes) return [`other code of the same size, ${size(after)}`];
  const difference = after.bytes - before.bytes;
  const sign = difference > 0 ? "+" : "−";
  return [`${size(before)} → ${size(after)} (${sign}${bytes(Math.abs(difference))})`];
}

function size(state: CodeState | undefined): string {
  return state?.bytes === undefined ? "code of unknown size" : bytes(state.bytes);
}

function bytes(count: number): string {
  return count < 1000 ? `${count} B` : `${(count / 1000).toFixed(1)} KB`;
}

function packagesLine(title: string, packages: string[]): Line[] {
  return packages.length === 0 ? [] : [line`${[title]}: ${packages.join(", ")}`];
}
