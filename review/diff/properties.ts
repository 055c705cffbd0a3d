/** Compares the inputs of one resource in two programs, property by property, down to the innermost that differs. */
import type { RecordedResource, Value, Values } from "../../program/recording.ts";
import { canonical, isUnordered, type Place, readDocument, within } from "./canonical.ts";
import type { PropertyChange } from "./diff.ts";
import { replacesOnChange } from "./provider-facts.ts";
import { shown } from "./shown.ts";
import { isKind, isObject, isSpecial } from "./special.ts";

/** Brings a text of the old program to what it is called in the new one (see renames.ts). */
export type Translate = (text: string) => string;

export function compareProperties(
  before: RecordedResource,
  after: RecordedResource,
  translate: Translate,
): PropertyChange[] {
  const comparison = new Comparison(after.type, translate);
  const changes = [
    ...comparison.objects(before.inputs, after.inputs, "", { type: after.type, path: "" }),
    ...comparison.objects(optionsOf(before), optionsOf(after), "options", { type: "", path: "" }),
  ];
  const ignored = after.ignoreChanges.filter((path) => before.ignoreChanges.includes(path));
  return changes.filter(({ path }) => !ignored.some((prefix) => startsWith(path, prefix)));
}

/** All inputs of a resource that only one of the programs has, as changes from or to nothing. */
export function listProperties(resource: RecordedResource, side: "before" | "after"): PropertyChange[] {
  const options = Object.entries(optionsOf(resource)).map(
    ([key, value]) => [`options.${key}`, value] as const,
  );
  return [...Object.entries(resource.inputs).sort(byKey), ...options].map(([path, value]) => ({
    path,
    [side]: shown(value),
    ...(isKind(value, "secret") && { secret: true as const }),
  }));
}

/** What a person sets besides the inputs and the engine acts upon. */
function optionsOf({ protect, retainOnDelete, provider, ignoreChanges }: RecordedResource): Values {
  return {
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    ...(provider !== undefined && { provider }),
    ...(ignoreChanges.length > 0 && { ignoreChanges: [...ignoreChanges].sort() }),
  };
}

function startsWith(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}

class Comparison {
  readonly #type: string;
  readonly #translate: Translate;

  constructor(type: string, translate: Translate) {
    this.#type = type;
    this.#translate = translate;
  }

  objects(before: Values, after: Values, path: string, place: Place): PropertyChange[] {
    return keysOf(Object.keys(before), Object.keys(after)).flatMap((key) =>
      this.#values(before[key], after[key], joined(path, key), within(place, key)),
    );
  }

  #values(before: Value | undefined, after: Value | undefined, path: string, place: Place): PropertyChange[] {
    if (before === undefined || after === undefined) {
      return before === after ? [] : [this.#change(before, after, path, place)];
    }
    if (canonical(this.#translated(before), place) === canonical(after, place)) return [];
    if (isSpecial(before) || isSpecial(after)) return [this.#change(before, after, path, place)];
    if (Array.isArray(before) && Array.isArray(after)) return this.#lists(before, after, path, place);
    if (isObject(before) && isObject(after)) return this.objects(before, after, path, place);
    if (typeof before === "string" && typeof after === "string") {
      const [old, now] = [readDocument(before), readDocument(after)];
      if (old !== undefined && now !== undefined) {
        return this.#values(old.value, now.value, path, { ...place, ...now.place });
      }
    }
    return [this.#change(before, after, path, place)];
  }

  #lists(before: Value[], after: Value[], path: string, place: Place): PropertyChange[] {
    const key = identityOf(before, after);
    if (key !== undefined) return this.#named(before, after, key, path, place);
    if (isUnordered(place)) return this.#sets(before, after, path, place);
    const longest = before.length > after.length ? before : after;
    return longest.flatMap((_, index) =>
      this.#values(before[index], after[index], `${path}[${index}]`, place),
    );
  }

  #named(before: Value[], after: Value[], key: string, path: string, place: Place): PropertyChange[] {
    const [old, now] = [byName(before, key), byName(after, key)];
    const changes = keysOf(old.keys(), now.keys()).flatMap((name) =>
      this.#values(old.get(name), now.get(name), `${path}[${key}=${name}]`, place),
    );
    const common = (names: Iterable<string>) => [...names].filter((name) => old.has(name) && now.has(name));
    const [oldOrder, newOrder] = [common(old.keys()), common(now.keys())];
    const sameOrder = isUnordered(place) || oldOrder.join() === newOrder.join();
    return sameOrder ? changes : [...changes, this.#change(oldOrder, newOrder, `${path}[order]`, place)];
  }

  #sets(before: Value[], after: Value[], path: string, place: Place): PropertyChange[] {
    const old = new Map(before.map((item) => [canonical(this.#translated(item), place), item]));
    const now = new Map(after.map((item) => [canonical(item, place), item]));
    return keysOf(old.keys(), now.keys())
      .filter((item) => old.has(item) !== now.has(item))
      .map((item) => this.#change(old.get(item), now.get(item), `${path}[]`, place));
  }

  #translated(value: Value): Value {
    if (typeof value === "string") return this.#translate(value);
    if (Array.isArray(value)) return value.map((item) => this.#translated(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#translated(item)]));
  }

  #change(before: Value | undefined, after: Value | undefined, path: string, place: Place): PropertyChange {
    return {
      path,
      ...(before !== undefined && { before: shown(before) }),
      ...(after !== undefined && { after: shown(after) }),
      ...((isKind(before, "secret") || isKind(after, "secret")) && { secret: true as const }),
      ...(replacesOnChange(this.#type, place.path) && { replaces: true as const }),
    };
  }
}

/** Keys by which one item of a list is known from the others. */
const IDENTITIES = ["Sid", "id", "name", "key", "attributeName", "routeKey"];

function identityOf(before: Value[], after: Value[]): string | undefined {
  return IDENTITIES.find((key) => [before, after].every((items) => areNamedBy(items, key)));
}

function areNamedBy(items: Value[], key: string): boolean {
  const names = items.map((item) => (isObject(item) && !isSpecial(item) ? item[key] : undefined));
  return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
}

function byName(items: Value[], key: string): Map<string, Value> {
  return new Map(items.map((item) => [String((item as Values)[key]), item]));
}

function joined(path: string, key: string): string {
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

function keysOf(before: Iterable<string>, after: Iterable<string>): string[] {
  return [...new Set([...before, ...after])].sort();
}

function byKey([a]: [string, Value], [b]: [string, Value]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
