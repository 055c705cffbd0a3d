/** Compares the inputs of one resource in two programs, property by property, down to the innermost that differs. */

import { isKind, isObject, isSpecial } from "../../program/reading/value.ts";
import type { RecordedResource, Value, Values } from "../../program/recording.ts";
import { compareTexts } from "../../shared/compare-texts.ts";
import { replacesOnChange } from "../provider-facts/property-facts.ts";
import { canonical, isUnordered, type Place, readDocument, sha256, within } from "../values/canonical.ts";
import type { PropertyChange } from "./diff.ts";
import { align, type Item } from "./lists.ts";
import { resourceName } from "./names.ts";
import { shown } from "./shown.ts";

/** Brings a text of the old program to what it is called in the new one (see renames.ts). */
export type Translate = (text: string) => string;

/** @param isLasting whether both programs have the resource of this URN: on any other, nobody can be seen to wait */
export function compareProperties(
  before: RecordedResource,
  after: RecordedResource,
  translate: Translate,
  isLasting: (urn: string) => boolean = () => true,
): PropertyChange[] {
  const [old, now] = waitedFor(before, after, translate, isLasting);
  const changes = [
    ...new Comparison(after, translate).objects(before.inputs, after.inputs, "", {
      type: after.type,
      path: "",
    }),
    ...new Comparison({ type: "" }, translate).objects(
      { ...optionsOf(before), ...old },
      { ...optionsOf(after), ...now },
      "options",
      OPTIONS,
    ),
  ];
  const ignored = after.ignoreChanges.filter((path) => before.ignoreChanges.includes(path));
  return changes.filter(({ path }) => !ignored.some((prefix) => startsWith(path, prefix)));
}

/** All inputs of a resource that only one of the programs has, as changes from or to nothing. */
export function listProperties(resource: RecordedResource, side: "before" | "after"): PropertyChange[] {
  const waits = explicit(resource).map(resourceName).sort();
  const all = { ...optionsOf(resource), ...(waits.length > 0 && { dependsOn: waits }) };
  const options = Object.entries(all).map(([key, value]) => [`options.${key}`, value] as const);
  return [...Object.entries(resource.inputs).sort(byKey), ...options].map(([path, value]) => ({
    path,
    [side]: shown(value),
    ...(isKind(value, "secret") && { secret: true as const }),
  }));
}

/** As within a policy, no list among the options has an order. */
const OPTIONS: Place = { type: "", path: "", inPolicy: true };

/** What a person sets besides the inputs and the engine acts upon. */
function optionsOf(resource: RecordedResource): Values {
  const { protect, retainOnDelete, provider, ignoreChanges } = resource;
  const { deleteBeforeReplace, replaceOnChanges, deletedWith, customTimeouts } = resource;
  return {
    ...(protect && { protect }),
    ...(retainOnDelete && { retainOnDelete }),
    // A reference is a URN and an id; by the provider's name a person knows it.
    ...(provider !== undefined && { provider: resourceName(provider.slice(0, provider.lastIndexOf("::"))) }),
    ...(ignoreChanges.length > 0 && { ignoreChanges: [...ignoreChanges].sort() }),
    ...(deleteBeforeReplace !== undefined && { deleteBeforeReplace }),
    ...(replaceOnChanges !== undefined && { replaceOnChanges }),
    ...(deletedWith !== undefined && { deletedWith: resourceName(deletedWith) }),
    ...(customTimeouts !== undefined && { customTimeouts }),
  };
}

/**
 * What `dependsOn` alone makes a resource wait for, and only where the other program does not make it wait at all: an output of
 * the other resource in the inputs does the same.
 */
function waitedFor(
  before: RecordedResource,
  after: RecordedResource,
  translate: Translate,
  isLasting: (urn: string) => boolean,
): [Values, Values] {
  const old = before.dependencies.map(translate);
  const gone = explicit(before)
    .map(translate)
    .filter((urn) => isLasting(urn) && !after.dependencies.includes(urn));
  const come = explicit(after).filter((urn) => isLasting(urn) && !old.includes(urn));
  const option = (urns: string[]): Values =>
    urns.length === 0 ? {} : { dependsOn: urns.map(resourceName).sort() };
  return [option(gone), option(come)];
}

function explicit({ dependencies, propertyDependencies }: RecordedResource): string[] {
  const implied = new Set(Object.values(propertyDependencies).flat());
  return dependencies.filter((urn) => !implied.has(urn));
}

function startsWith(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}.`) || path.startsWith(`${prefix}[`);
}

class Comparison {
  readonly #type: string;
  readonly #replaceOnChanges: readonly string[];
  readonly #translate: Translate;

  constructor(
    { type, replaceOnChanges = [] }: Pick<RecordedResource, "type" | "replaceOnChanges">,
    translate: Translate,
  ) {
    this.#type = type;
    this.#replaceOnChanges = replaceOnChanges;
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
    return this.#aligned(before, after, path, place);
  }

  #aligned(before: Value[], after: Value[], path: string, place: Place): PropertyChange[] {
    const { same, alike, gone, come } = align(
      before.map((value, index) => ({ value, index, text: canonical(this.#translated(value), place) })),
      after.map((value, index) => ({ value, index, text: canonical(value, place) })),
    );
    const inOrder = same.every(([, { index }], at) => at === 0 || index > (same[at - 1]?.[1].index ?? 0));
    return [
      ...alike.flatMap(([old, now]) =>
        this.#values(old.value, now.value, `${path}[${position(old.index, now.index)}]`, place),
      ),
      ...gone.map(({ value }) => this.#change(value, undefined, `${path}[]`, place)),
      ...come.map(({ value }) => this.#change(undefined, value, `${path}[]`, place)),
      ...(inOrder ? [] : [this.#order(same, path, place)]),
    ];
  }

  /** Of long items, digits that tell them apart. */
  #order(same: [Item, Item][], path: string, place: Place): PropertyChange {
    const text = ({ value }: Item) =>
      typeof value === "object" ? sha256(canonical(value, place)).slice(0, 6) : value;
    const now = same.map(([, item]) => item).sort((a, b) => a.index - b.index);
    return this.#change(
      same.map(([item]) => text(item)),
      now.map(text),
      `${path}[order]`,
      place,
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
      ...(this.#replaces(path, place) && { replaces: true as const }),
    };
  }

  #replaces(path: string, place: Place): boolean {
    return (
      replacesOnChange(this.#type, place.path) || this.#replaceOnChanges.some((asked) => covers(asked, path))
    );
  }
}

/** Whether a path of `replaceOnChanges` (`rules[*].id`, `*`) means the changed one, or a part or the whole of it. */
function covers(asked: string, path: string): boolean {
  if (asked === "*") return true;
  const [wanted, changed] = [asked, path].map(steps);
  const shorter = Math.min(wanted?.length ?? 0, changed?.length ?? 0);
  return Array.from({ length: shorter }, (_, index) => index).every((index) => {
    const [step, other] = [wanted?.[index], changed?.[index]];
    return step === "[*]" ? other?.startsWith("[") === true : step === other || other === "[]";
  });
}

function steps(path: string): string[] {
  return path.match(/\[[^\]]*\]|[^.[]+/g) ?? [];
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

/** Where an item stands; where it moved, before and after. */
function position(before: number, after: number): string {
  return before === after ? String(before) : `${before}→${after}`;
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
  return compareTexts(a, b);
}
