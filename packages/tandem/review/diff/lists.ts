/**
 * Which items of two lists without names are the same ones: equal content first, wherever it stands, then what is most alike.
 * An item put in at the front is one new item, not a change of all that follow it.
 */

import { isObject, isSpecial } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";

export interface Item {
  value: Value;
  index: number;
  /** Equal for equal items of both lists. */
  text: string;
}

export interface Alignment {
  same: [Item, Item][];
  alike: [Item, Item][];
  gone: Item[];
  come: Item[];
}

/** It says the same of the swapped lists. */
export function align(before: readonly Item[], after: readonly Item[]): Alignment {
  const waiting = Map.groupBy(after, ({ text }) => text);
  const same: [Item, Item][] = [];
  const left: Item[] = [];
  for (const item of before) {
    const twin = waiting.get(item.text)?.shift();
    if (twin === undefined) left.push(item);
    else same.push([item, twin]);
  }
  const right = [...waiting.values()].flat().sort((a, b) => a.index - b.index);
  const alike = mostAlike(left, right);
  const rest = without(left, right, alike);
  // As many went as came: each became another one.
  if (rest.gone.length !== rest.come.length) return { same, alike, ...rest };
  return { same, alike: [...alike, ...inOrder(rest.gone, rest.come)], gone: [], come: [] };
}

function without(
  left: readonly Item[],
  right: readonly Item[],
  pairs: [Item, Item][],
): Pick<Alignment, "gone" | "come"> {
  const taken = new Set(pairs.flat());
  return { gone: left.filter((item) => !taken.has(item)), come: right.filter((item) => !taken.has(item)) };
}

function inOrder(left: readonly Item[], right: readonly Item[]): [Item, Item][] {
  return left.flatMap((item, index): [Item, Item][] => {
    const other = right[index];
    return other === undefined ? [] : [[item, other]];
  });
}

function isStructured({ value }: Item): boolean {
  return typeof value === "object" && value !== null && !isSpecial(value);
}

/** Less in common, and the two are two things. */
const ALIKE = 0.5;

function mostAlike(left: readonly Item[], right: readonly Item[]): [Item, Item][] {
  const [ours, theirs] = [left, right].map((items) =>
    items.filter(isStructured).map((item) => ({ item, leaves: leavesOf(item.value) })),
  );
  const pairs = (ours ?? []).flatMap((one) =>
    (theirs ?? []).map((other) => ({
      one: one.item,
      other: other.item,
      likeness: likeness(one.leaves, other.leaves),
    })),
  );
  const order = (pair: { one: Item; other: Item }) => [pair.one.text, pair.other.text].sort().join();
  const distance = (pair: { one: Item; other: Item }) => Math.abs(pair.one.index - pair.other.index);
  pairs.sort(
    (a, b) => b.likeness - a.likeness || distance(a) - distance(b) || (order(a) < order(b) ? -1 : 1),
  );
  const taken = new Set<Item>();
  return pairs.flatMap(({ one, other, likeness: common }): [Item, Item][] => {
    if (common < ALIKE || taken.has(one) || taken.has(other)) return [];
    taken.add(one).add(other);
    return [[one, other]];
  });
}

function likeness(one: Set<string>, other: Set<string>): number {
  const common = [...one].filter((leaf) => other.has(leaf));
  return weight(common) / Math.max(weight([...one]), weight([...other]), 1);
}

/** By what a person calls a thing it is known, whatever else of it changes; least by what only counts it. */
function weight(leaves: readonly string[]): number {
  return leaves.reduce((sum, leaf) => sum + (NAMING.test(leaf) ? 4 : COUNTING.test(leaf) ? 0.5 : 1), 0);
}

const NAMING = /\.(label|title|name)=/;
const COUNTING = /\.(id|expression)=/;

/** Every innermost value with the keys that lead to it; where it stands in a list does not matter. */
function leavesOf(value: Value, path = ""): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...leavesOf(item, `${path}[]`)]));
  if (isObject(value) && !isSpecial(value)) {
    return new Set(Object.entries(value).flatMap(([key, item]) => [...leavesOf(item, `${path}.${key}`)]));
  }
  return new Set([`${path}=${JSON.stringify(value)}`]);
}
