/** The intrinsic functions of Amazon States Language, by their names. */
import { createHash, randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isObject } from "../../../shared/json.ts";
import { partitioned, range, rangeLength } from "./lists.ts";
import { StateError } from "./state-error.ts";

type Intrinsic = (...values: unknown[]) => unknown;

/** Items of a list that States.ArrayRange makes, characters that Base64 and hashes take. */
const MOST_ITEMS = 1_000;
const MOST_CHARACTERS = 10_000;
const HASHES = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

export function failure(message: string): StateError {
  return new StateError("States.IntrinsicFailure", message);
}

export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  "States.Format": (template, ...values) => {
    const parts = textOf(template).split(/(?<!\\)\{\}/);
    if (parts.length !== values.length + 1)
      throw failure("Number of arguments does not match the occurrences of {} in States.Format");
    return parts.map((part, at) => unescaped(part) + (at < values.length ? shown(values[at]) : "")).join("");
  },
  "States.StringToJson": (text) => {
    try {
      return JSON.parse(textOf(text));
    } catch {
      throw failure(`Invalid JSON text passed to States.StringToJson: ${String(text)}`);
    }
  },
  "States.JsonToString": (value) => JSON.stringify(value),
  "States.Array": (...values) => values,
  "States.ArrayPartition": (list, size) => partitioned(listOf(list), positive(size)),
  "States.ArrayContains": (list, value) => listOf(list).some((item) => isDeepStrictEqual(item, value)),
  "States.ArrayRange": (first, last, step) => {
    const [from, to, by] = [wholeOf(first), wholeOf(last), wholeOf(step)];
    if (by === 0) throw failure("The step of States.ArrayRange is 0");
    if (rangeLength(from, to, by) > MOST_ITEMS)
      throw failure(`States.ArrayRange makes ${MOST_ITEMS} items at most`);
    return range(from, to, by);
  },
  "States.ArrayGetItem": (list, index) => {
    const [items, at] = [listOf(list), wholeOf(index)];
    if (at < 0 || at >= items.length) throw failure(`Index ${at} is out of bounds for ${items.length} items`);
    return items[at];
  },
  "States.ArrayLength": (list) => listOf(list).length,
  "States.ArrayUnique": (list) => {
    const items = listOf(list);
    return items.filter((item, at) => items.findIndex((other) => isDeepStrictEqual(item, other)) === at);
  },
  "States.Base64Encode": (text) => Buffer.from(bounded(text)).toString("base64"),
  "States.Base64Decode": (text) => Buffer.from(bounded(text), "base64").toString(),
  "States.Hash": (value, algorithm) => {
    const name = HASHES.get(textOf(algorithm));
    if (name === undefined) throw failure(`States.Hash knows ${[...HASHES.keys()].join(", ")}`);
    return createHash(name)
      .update(bounded(shown(value)))
      .digest("hex");
  },
  "States.JsonMerge": (one, other, deep) => {
    if (!isObject(one) || !isObject(other)) throw failure("States.JsonMerge takes two objects");
    if (deep !== false) throw failure("States.JsonMerge merges shallowly alone: its third argument is false");
    return { ...one, ...other };
  },
  "States.MathRandom": (from, to, seed) => {
    const [least, most] = [wholeOf(from), wholeOf(to)];
    const part = seed === undefined ? Math.random() : seeded(wholeOf(seed));
    return least + Math.floor(part * (most - least));
  },
  "States.MathAdd": (one, other) => wholeOf(one) + wholeOf(other),
  "States.StringSplit": (text, delimiters) => {
    const marks = new Set(textOf(delimiters));
    const parts = [""];
    for (const character of textOf(text)) {
      if (marks.has(character)) parts.push("");
      else parts.push(parts.pop() + character);
    }
    return parts.filter((part) => part !== "");
  },
  "States.UUID": () => randomUUID(),
};

/** Of a sentence of States.Format: `\{`, `\}` and `\\` stand for themselves. */
function unescaped(text: string): string {
  return text.replace(/\\([{}\\'])/g, "$1");
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw failure(`A text is wanted, not ${JSON.stringify(value)}`);
  return value;
}

function bounded(value: unknown): string {
  const text = textOf(value);
  if (text.length > MOST_CHARACTERS) throw failure(`The text is longer than ${MOST_CHARACTERS} characters`);
  return text;
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw failure(`A list is wanted, not ${JSON.stringify(value)}`);
  return value;
}

function wholeOf(value: unknown): number {
  if (typeof value !== "number") throw failure(`A number is wanted, not ${JSON.stringify(value)}`);
  return Math.round(value);
}

function positive(value: unknown): number {
  const number = wholeOf(value);
  if (number < 1) throw failure(`A number from 1 on is wanted, not ${number}`);
  return number;
}

/** The same for the same seed; which number AWS's generator gives is not known. */
function seeded(seed: number): number {
  const bytes = createHash("sha256").update(String(seed)).digest();
  return bytes.readUInt32BE() / 2 ** 32;
}
