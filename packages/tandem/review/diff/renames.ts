/**
 * A resource that is renamed by an alias keeps its id and its addresses in the cloud, but the recording makes up others for
 * its new name. Brought to the new ones, what refers to it is seen to stay as it is.
 */
import type { Values } from "../../program/recording.ts";
import { literalPattern } from "../../shared/literal-pattern.ts";
import type { Pair } from "./match.ts";
import type { Translate } from "./properties.ts";

/** Inputs that give a resource another identity in the cloud: then its addresses do change. */
export const NAMING = ["bucket", "identifier", "name", "namePrefix"];

/** A shorter text may stand in anything. */
const SHORTEST = 6;

export function translator(pairs: readonly Pair[]): Translate {
  const made = new Map<string, string>();
  for (const { before, after, renaming } of pairs) {
    if (renaming === undefined) continue;
    made.set(before.urn, after.urn);
    if (NAMING.some((key) => before.inputs[key] !== after.inputs[key])) continue;
    for (const [from, to] of changedOutputs(before.outputs, after.outputs, before.inputs)) made.set(from, to);
  }
  if (made.size === 0) return (text) => text;
  const longestFirst = [...made.keys()].sort((a, b) => b.length - a.length).map(literalPattern);
  const pattern = new RegExp(longestFirst.join("|"), "g");
  return (text) => text.replace(pattern, (found) => made.get(found) ?? found);
}

function* changedOutputs(before: Values, after: Values, inputs: Values): Generator<[string, string]> {
  for (const [key, from] of Object.entries(before)) {
    const to = after[key];
    if (key in inputs || typeof from !== "string" || typeof to !== "string") continue;
    if (from !== to && from.length >= SHORTEST) yield [from, to];
  }
}
