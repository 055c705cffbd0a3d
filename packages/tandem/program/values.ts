/**
 * From the form in which the SDK sends values to its engine, to the form in which a recording keeps them.
 * The SDK marks what JSON cannot say with an object that carries a signature under a reserved key; these constants are
 * that protocol's.
 */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { isWithin } from "../shared/is-within.ts";
import { isKind, isObject, isSecret, isUnknown } from "./reading/value.ts";
import type { Value, Values } from "./recording.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Where relative paths of assets start, and what the recorded ones are relative to. */
export interface Folders {
  /** Folder of Pulumi.yaml. */
  project: string;
  /** Folder the program runs in. */
  program: string;
  /** Root of the repository that the project is in; none where it is in none. */
  repository?: string | undefined;
}

type Wire = { [key: string]: unknown };

/** Recorded form of one value as it stands on the wire. */
export function fromWire(wire: unknown, folders: Folders): Value {
  if (wire === UNKNOWN) return { $: "unknown" };
  if (wire === undefined) return null;
  if (wire === null || typeof wire !== "object") return wire as Value;
  if (Array.isArray(wire)) return wire.map((item) => fromWire(item, folders));
  const marked = wire as Wire;
  switch (marked[SIGNATURE]) {
    case undefined:
      return valuesFromWire(marked, folders);
    case SECRET:
      return { $: "secret", value: fromWire(marked.value, folders) };
    case ASSET:
      return { $: "asset", ...source(marked, folders) };
    case ARCHIVE: {
      const assets =
        marked.assets === undefined ? {} : { assets: valuesFromWire(marked.assets as Wire, folders) };
      return { $: "archive", ...source(marked, folders), ...assets };
    }
    case RESOURCE:
      return { $: "resource", urn: String(marked.urn), ...known("id", marked.id) };
    case OUTPUT: {
      const value: Value = "value" in marked ? fromWire(marked.value, folders) : { $: "unknown" };
      return marked.secret === true ? { $: "secret", value } : value;
    }
    default:
      throw new Error(
        `The SDK sent a kind of value that a recording cannot hold (signature ${marked[SIGNATURE]})`,
      );
  }
}

export function valuesFromWire(wire: Wire, folders: Folders): Values {
  const values: Values = {};
  for (const [key, value] of Object.entries(wire)) values[key] = fromWire(value, folders);
  return values;
}

/** A wire value for the rules that make up outputs: secrets opened, unknowns left out, marks kept off. */
export function plain(wire: unknown): unknown {
  if (wire === UNKNOWN) return undefined;
  if (wire === null || typeof wire !== "object") return wire;
  if (Array.isArray(wire)) return wire.map(plain);
  const marked = wire as Wire;
  const signature = marked[SIGNATURE];
  if (signature === SECRET || signature === OUTPUT) return plain(marked.value);
  if (signature === RESOURCE) return marked.id === UNKNOWN ? undefined : (marked.id ?? marked.urn);
  return Object.fromEntries(Object.entries(marked).map(([key, value]) => [key, plain(value)]));
}

/** A recorded value for the SDK, marks of any depth included; assets and archives are no outputs of a stack. */
export function toWire(value: Value): unknown {
  if (isSecret(value)) return secretOnWire(toWire(value.value));
  if (isUnknown(value)) return UNKNOWN;
  if (isKind(value, "resource")) return { [SIGNATURE]: RESOURCE, urn: value.urn, id: value.id };
  if (Array.isArray(value)) return value.map(toWire);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toWire(item)]));
}

export function secretOnWire(value: unknown): Wire {
  return { [SIGNATURE]: SECRET, value };
}

export function resourceOnWire(urn: string, id: string): Wire {
  return { [SIGNATURE]: RESOURCE, urn, id };
}

function source(marked: Wire, folders: Folders): { text?: string; path?: string; uri?: string } {
  const path = typeof marked.path === "string" ? recordedPath(marked.path, folders) : undefined;
  return { ...known("text", marked.text), ...known("path", path), ...known("uri", marked.uri) };
}

/** Relative to the project within its repository, so that two checkouts of one program record the same. */
function recordedPath(path: string, { project, program, repository = project }: Folders): string {
  const absolute = resolve(program, path);
  const found = isWithin(repository, absolute)
    ? absolute
    : linkTo(absolute, { from: project, until: repository });
  return found === undefined ? absolute : relative(project, found) || ".";
}

const PACKAGES = `${sep}node_modules${sep}`;

/** A package that is linked into the project, as that of a checkout beside the one that has it installed: the link. */
function linkTo(path: string, { from, until }: { from: string; until: string }): string | undefined {
  const at = path.indexOf(PACKAGES);
  if (at < 0) return undefined;
  const link = join(from, path.slice(at));
  if (existsSync(link) && realpathSync(link) === path) return link;
  return from === until || dirname(from) === from ? undefined : linkTo(path, { from: dirname(from), until });
}

function known<K extends string>(key: K, value: unknown): { [key in K]?: string } {
  return typeof value === "string" && value !== UNKNOWN ? ({ [key]: value } as { [key in K]: string }) : {};
}
