/** What a reviewer wants to know of a new resource at once: a function's memory, routes and stores, a table's keys, what comes with it. */

import { plainObjects, textOf } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import type { Diff, ResourceChange } from "../diff/diff.ts";
import { reads } from "../program-view/access.ts";
import { FUNCTION } from "../program-view/view.ts";
import { size } from "./code-entries.ts";
import { joined, listed } from "./entry.ts";
import { type Line, line } from "./line.ts";
import { wordFor } from "./words.ts";

/** Serves for a gone one as well: it is what goes. */
export function newLines(change: ResourceChange, diff: Diff): Line[] {
  const own = change.type === FUNCTION ? functionParts(change, diff) : keysOf(change);
  const parts = diff.resources.filter(({ partOf }) => partOf === change.urn);
  return [...own, ...withParts(parts)];
}

function functionParts(change: ResourceChange, diff: Diff): Line[] {
  const { name, urn } = change;
  const memory = inputOf(change, "memorySize");
  const routes = diff.routes.filter(
    ({ before, after }) => (after ?? before)?.function === name && !(before && after),
  );
  const code = diff.code.find((other) => other.function === name);
  return [
    ...(typeof memory === "number" ? [[`${memory} MB`]] : []),
    ...(code === undefined ? [] : [[size(code.after ?? code.before)]]),
    ...routes.map(({ route }) => line`${route}`),
    ...(change.kind === "created" ? storesOf(urn, diff) : []),
    ...packages(code?.packagesAdded ?? []),
  ];
}

function packages(names: readonly string[]): Line[] {
  return names.length === 0 ? [] : [["packages ", ...listed(names, 4)]];
}

function storesOf(urn: string, { permissions }: Diff): Line[] {
  const grants = permissions.filter(
    ({ holder, effect, usual }) => holder === urn && effect === "Allow" && !usual,
  );
  const stores = Map.groupBy(
    grants,
    ({ target, resource }) => target?.name ?? (resource.startsWith("database ") ? resource : ""),
  );
  stores.delete("");
  const kinds = [...stores].map(([store, group]) => ({
    store,
    kinds: [...new Set(group.map(({ action }) => (reads(action) ? "reads" : "writes")))].sort().join(" and "),
  }));
  return [...Map.groupBy(kinds, ({ kinds: both }) => both)].map(([verb, group]) => [
    `${verb} `,
    ...listed(group.map(({ store }) => store)),
  ]);
}

const KEYS = ["hashKey", "rangeKey"];

function keysOf(change: ResourceChange): Line[] {
  const attributes = inputOf(change, "attributes");
  const types = new Map(
    (Array.isArray(attributes) ? attributes : []).flatMap(plainObjects).map(({ name, type }) => [name, type]),
  );
  const keys = KEYS.flatMap((key): Line[] => {
    const name = textOf(inputOf(change, key));
    return name === undefined ? [] : [[{ code: name }, ` (${String(types.get(name) ?? "?")})`]];
  });
  return keys.length === 0 ? [] : [["keys ", ...joined(keys, ", ")]];
}

/** `with role, alias, 4 alarms` */
function withParts(parts: readonly ResourceChange[]): Line[] {
  const byType = Map.groupBy(parts, ({ type }) => type);
  const words = [...byType].map(([type, { length }]) => wordFor(type, length)).sort();
  return words.length === 0 ? [] : [[`with ${words.join(", ")}`]];
}

function inputOf({ properties }: ResourceChange, path: string): Value | undefined {
  const found = properties.find((property) => property.path === path);
  return found?.after ?? found?.before;
}
