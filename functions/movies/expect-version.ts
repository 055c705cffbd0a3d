/** The condition under which a write goes through: the movie exists, in a version that the caller has seen. */
import type { Precondition } from "../http/operation.ts";
import type { Item } from "./item.ts";

export function expectVersion(expected: Precondition): { text: string; values: Item | undefined } {
  if (expected === "*") return { text: "attribute_exists(#version)", values: undefined };
  // No version is negative: a list of none still needs a condition, one that nothing fits.
  const versions = expected.length > 0 ? expected : [-1];
  const values = versions.map((version, index): [string, Item[string]] => [
    `:version${index}`,
    { N: String(version) },
  ]);
  const text = `#version IN (${values.map(([name]) => name).join(", ")})`;
  return { text, values: Object.fromEntries(values) };
}
