/** Which provider looks after a resource, where that one works, and what of a change only follows from it. */

import { readTypeToken } from "../../program/reading/type-token.ts";
import { isObject, textOf } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value, Values } from "../../program/recording.ts";
import { choosesAccount, replacesOnChange } from "../provider-facts/property-facts.ts";
import { canonical } from "../values/canonical.ts";
import type { PropertyChange } from "./diff.ts";
import type { Pair } from "./match.ts";
import { isProvider } from "./pseudo-resources.ts";

const TOKEN = "<region>";

export class Providers {
  readonly #before: Side;
  readonly #after: Side;

  constructor(before: Recording | undefined, after: Recording | undefined) {
    this.#before = new Side(before);
    this.#after = new Side(after);
  }

  /** The changes, with what it means that the provider is another one, or works in another region. */
  followed({ before, after }: Pair, changes: PropertyChange[], compare: CompareProperties): PropertyChange[] {
    const [from, to] = [this.#before.regionOf(before), this.#after.regionOf(after)];
    const moved = from !== undefined && to !== undefined && from !== to;
    const others = moved ? compare(elsewhere(before, from), elsewhere(after, to)) : [];
    const unreported = new Set(others.map((change) => JSON.stringify(change)));
    return changes.map((change) => {
      if (change.path === "options.provider") return { ...change, ...this.#elsewhere(before, after) };
      if (
        !moved ||
        isProvider(after.type) ||
        unreported.has(JSON.stringify(regardlessOfRegion(change, from, to)))
      )
        return change;
      return { ...change, reportedIn: "region" };
    });
  }

  /** The text with the region of whoever looks after the resource taken out. */
  withoutRegion(side: "before" | "after", resource: RecordedResource): (text: string) => string {
    const [from, to] = [this.#before.region, this.#after.region];
    if (from === to) return (text) => text;
    const region = (side === "before" ? this.#before : this.#after).regionOf(resource);
    return region === undefined ? (text) => text : (text) => text.replaceAll(region, TOKEN);
  }

  #elsewhere(
    before: RecordedResource,
    after: RecordedResource,
  ): Pick<PropertyChange, "elsewhere" | "replaces"> {
    const [old, now] = [this.#before.configOf(before), this.#after.configOf(after)];
    const type = `pulumi:providers:${readTypeToken(after.type).provider}`;
    const paths = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    const changed = paths.filter((path) => text(old[path]) !== text(now[path]));
    const replacing = changed.filter((path) => replacesOnChange(type, path));
    const moving = changed.filter((path) => replacesOnChange(type, path) || choosesAccount(path));
    if (moving.length === 0) return {};
    const moves = moving.map((path) => {
      const [from, to] = [textOf(old[path]), textOf(now[path])];
      return from === undefined || to === undefined || choosesAccount(path)
        ? path
        : `${path} ${from} → ${to}`;
    });
    return { elsewhere: moves.join(", "), ...(replacing.length > 0 && { replaces: true as const }) };
  }
}

class Side {
  /** Of the default provider of AWS. */
  readonly region: string | undefined;
  readonly #config: Values;
  readonly #providers: Map<string, RecordedResource>;

  constructor(recording: Recording | undefined) {
    this.#config = recording?.config ?? {};
    this.region = textOf(this.#config["aws:region"]);
    const providers = (recording?.resources ?? []).filter(({ type }) => type.startsWith("pulumi:providers:"));
    this.#providers = new Map(providers.map((provider) => [provider.urn, provider]));
  }

  regionOf(resource: RecordedResource): string | undefined {
    return textOf(this.configOf(resource).region) ?? this.region;
  }

  /** What the resource's provider is told: its inputs, or of a default one the configuration. */
  configOf({ provider, type }: RecordedResource): Values {
    const explicit = provider && this.#providers.get(provider.slice(0, provider.lastIndexOf("::")));
    if (explicit) return { ...this.#defaults("aws", type, ["region"]), ...explicit.inputs };
    return this.#defaults(readTypeToken(type).provider, type);
  }

  /** @param only keys that an explicit provider takes over from the configuration as well */
  #defaults(pkg: string, type: string, only?: string[]): Values {
    if (!type.startsWith(`${pkg}:`)) return {};
    return Object.fromEntries(
      Object.entries(this.#config).flatMap(([key, value]) => {
        const name = key.slice(pkg.length + 1);
        return key.startsWith(`${pkg}:`) && (only === undefined || only.includes(name))
          ? [[name, value]]
          : [];
      }),
    );
  }
}

type CompareProperties = (before: RecordedResource, after: RecordedResource) => PropertyChange[];

/** The resource as it would be declared without a word of the region. */
function elsewhere(resource: RecordedResource, region: string): RecordedResource {
  return { ...resource, inputs: replaced(resource.inputs, region) as Values };
}

function regardlessOfRegion(change: PropertyChange, from: string, to: string): PropertyChange {
  const { before, after } = change;
  return {
    ...change,
    ...(before !== undefined && { before: replaced(before, from) }),
    ...(after !== undefined && { after: replaced(after, to) }),
  };
}

function replaced(value: Value, region: string): Value {
  if (typeof value === "string") return value.replaceAll(region, TOKEN);
  if (Array.isArray(value)) return value.map((item) => replaced(item, region));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key.replaceAll(region, TOKEN), replaced(item, region)]),
  );
}

function text(value: Value | undefined): string {
  return value === undefined ? "" : canonical(value, { type: "", path: "" });
}
