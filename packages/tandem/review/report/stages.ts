/** Brings together what several stacks have in common: what differs by the stack's own name is told once. */
import { literalPattern } from "../../shared/literal-pattern.ts";
import type { Entry } from "./entry.ts";
import type { Line } from "./line.ts";

export interface StackEntries {
  stack: string;
  entries: Entry[];
}

/** The entries of all stacks; what does not hold for all of them begins with the names of those for which it does. */
export function acrossStacks(all: readonly StackEntries[]): Entry[] {
  const names = all.map(({ stack }) => stack);
  const found = all.flatMap(({ stack, entries }) => entries.map((entry) => ({ stack, entry })));
  const groups = group(found, ({ entry, stack }) => [
    { code: entry.sign },
    ...generalised(entry.text, stack),
  ]);
  return besideEachOther(groups).map((group) => {
    const [first] = group.items;
    const details = group.items.flatMap(({ stack, entry }) =>
      entry.details.map((detail) => ({ stack, detail })),
    );
    const holders = stacksOf(group.items);
    return {
      sign: first.entry.sign,
      text: [...prefix(holders, names), ...shownFor(group, ({ entry }) => entry.text)],
      details: group.items.length === 1 ? first.entry.details : mergedDetails(details, holders),
    };
  });
}

interface Group<T> {
  general: Line;
  items: [T, ...T[]];
}

function group<T extends { stack: string }>(items: readonly T[], generalise: (item: T) => Line): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const item of items) {
    const general = generalise(item);
    const key = JSON.stringify(general);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { general, items: [item] });
    else known.items.push(item);
  }
  return [...groups.values()];
}

function mergedDetails(details: { stack: string; detail: Line }[], holders: string[]): Line[] {
  return group(details, ({ detail, stack }) => generalised(detail, stack)).map((merged) => [
    ...prefix(stacksOf(merged.items), holders),
    ...shownFor(merged, ({ detail }) => detail),
  ]);
}

/** As the one stack says it; with a placeholder where they say it with their own names. */
function shownFor<T extends { stack: string }>(
  { general, items }: Group<T>,
  textOf: (item: T) => Line,
): Line {
  const [first, ...others] = items;
  const text = textOf(first);
  const isSame = others.every((other) => JSON.stringify(textOf(other)) === JSON.stringify(text));
  return isSame ? text : general.slice(general.length - text.length);
}

function stacksOf(items: readonly { stack: string }[]): string[] {
  return [...new Set(items.map(({ stack }) => stack))];
}

function prefix(holders: readonly string[], all: readonly string[]): Line {
  return holders.length === all.length ? [] : [{ strong: holders.join(", ") }, ": "];
}

/** The same thing of two stacks stands together, in the order of the first. */
function besideEachOther<T extends { entry: Entry; stack: string }>(groups: readonly Group<T>[]): Group<T>[] {
  const byResource = Map.groupBy(groups, ({ items: [{ entry, stack }] }) =>
    JSON.stringify([entry.sign, generalised(entry.text.slice(0, 2), stack)]),
  );
  return [...byResource.values()].flat();
}

const PLACEHOLDER = "<stack>";

function generalised(line: Line, stack: string): Line {
  const name = new RegExp(`(?<![A-Za-z0-9])${literalPattern(stack)}(?![A-Za-z0-9])`, "g");
  const general = (text: string) => text.replace(name, PLACEHOLDER);
  return line.map((part) => {
    if (typeof part === "string") return general(part);
    return "code" in part ? { code: general(part.code) } : part;
  });
}
