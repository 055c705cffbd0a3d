/** The types that Pulumi.yaml can give a config value, and what a value in YAML has to be to fit. */
import { isObject } from "./reading/value.ts";
import type { Value } from "./recording.ts";

/** As Pulumi.yaml writes it: `type`, and for arrays `items`. */
export interface ConfigType {
  type?: string | undefined;
  items?: ConfigType | undefined;
}

interface Kind {
  /** With its article, for messages. */
  name: string;
  /** The value as the program gets it; undefined where it does not fit. */
  read(value: Value, items: ConfigType | undefined): Value | undefined;
  /** Stands for a secret, which nobody decrypts here. */
  placeholder(key: string): Value;
}

/** The engine keeps scalars as text, so numbers and flags may stand in quotes, and text without. */
const KINDS: Record<string, Kind> = {
  string: {
    name: "a string",
    read: (value) => (isScalar(value) ? String(value) : undefined),
    placeholder: (key) => `[secret ${key}]`,
  },
  integer: {
    name: "an integer",
    read: (value) => asNumber(value, /^[+-]?\d+$/),
    placeholder: () => 0,
  },
  number: {
    name: "a number",
    read: (value) => asNumber(value, /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i),
    placeholder: () => 0,
  },
  boolean: {
    name: "true or false",
    read: (value) => ({ true: true, false: false })[String(value)],
    placeholder: () => false,
  },
  array: {
    name: "an array",
    read: (value, items) => (Array.isArray(value) ? readItems(value, items) : undefined),
    placeholder: () => [],
  },
  object: {
    name: "an object",
    read: (value) => (isObject(value) ? value : undefined),
    placeholder: () => ({}),
  },
};

export const CONFIG_TYPES = Object.keys(KINDS);

/** The value as the program gets it; undefined where it does not fit. Without a type every value fits. */
export function readAs({ type, items }: ConfigType, value: Value): Value | undefined {
  return type === undefined ? value : KINDS[type]?.read(value, items);
}

/** `an array (each item an integer)` */
export function describeType({ type, items }: ConfigType): string {
  const name = type === undefined ? "a value" : (KINDS[type]?.name ?? type);
  return items?.type === undefined ? name : `${name} (each item ${describeType(items)})`;
}

export function placeholder({ type = "string" }: ConfigType, key: string): Value {
  return KINDS[type]?.placeholder(key) ?? null;
}

/** The key of a secret whose placeholder stands in a text. */
export function placeholderIn(text: string): string | undefined {
  return /\[secret ([^\s\]]+:[^\s\]]+)\]/.exec(text)?.[1];
}

function readItems(values: Value[], items: ConfigType | undefined): Value[] | undefined {
  const read = values.map((value) => readAs(items ?? {}, value));
  return read.includes(undefined) ? undefined : (read as Value[]);
}

function asNumber(value: Value, form: RegExp): number | undefined {
  return isScalar(value) && typeof value !== "boolean" && form.test(String(value))
    ? Number(value)
    : undefined;
}

function isScalar(value: Value): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
