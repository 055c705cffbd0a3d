/** Methods of Java's texts, lists and maps that templates call. What is not here is not judged. */
import { EXPRESSION_MS, withinTime } from "../../time-limit.ts";
import { areEqual, FunctionObject, isNumber, NotJudged, textOf, type Value } from "./values.ts";

type Method<T> = (self: T, ...values: Value[]) => Value;

const onTexts: Record<string, Method<string>> = {
  length: (self) => self.length,
  isEmpty: (self) => self === "",
  equals: (self, other) => self === other,
  equalsIgnoreCase: (self, other) => self.toLowerCase() === textOf(other ?? null).toLowerCase(),
  contains: (self, part) => self.includes(text(part)),
  startsWith: (self, start) => self.startsWith(text(start)),
  endsWith: (self, end) => self.endsWith(text(end)),
  indexOf: (self, part) => self.indexOf(text(part)),
  lastIndexOf: (self, part) => self.lastIndexOf(text(part)),
  substring: (self, from, to) => self.slice(number(from), to === undefined ? undefined : number(to)),
  concat: (self, more) => self + text(more),
  trim: (self) => self.trim(),
  toLowerCase: (self) => self.toLowerCase(),
  toUpperCase: (self) => self.toUpperCase(),
  replace: (self, from, to) => self.replaceAll(text(from), () => text(to)),
  replaceAll: (self, from, to) => matched(self, from, "g", (one) => self.replaceAll(one, replacement(to))),
  replaceFirst: (self, from, to) => matched(self, from, "", (one) => self.replace(one, replacement(to))),
  matches: (self, from) => matched(self, from, "", (one) => new RegExp(`^(?:${one.source})$`).test(self)),
  split: (self, by) => matched(self, by, "", (one) => withoutEmptyEnd(self.split(one))),
};

const onLists: Record<string, Method<Value[]>> = {
  size: (self) => self.length,
  isEmpty: (self) => self.length === 0,
  get: (self, at) => self[number(at)] ?? null,
  add: (self, value = null) => self.push(value) > 0,
  contains: (self, value = null) => self.some((one) => areEqual(one, value)),
  set: (self, at, value = null) => {
    const before = self[number(at)] ?? null;
    self[number(at)] = value;
    return before;
  },
  remove: (self, at) => self.splice(number(at), 1)[0] ?? null,
  subList: (self, from, to) => self.slice(number(from), number(to)),
};

const onMaps: Record<string, Method<Map<string, Value>>> = {
  size: (self) => self.size,
  isEmpty: (self) => self.size === 0,
  get: (self, key = null) => self.get(textOf(key)) ?? null,
  getOrDefault: (self, key = null, other = null) => self.get(textOf(key)) ?? other,
  containsKey: (self, key = null) => self.has(textOf(key)),
  containsValue: (self, value = null) => [...self.values()].some((one) => areEqual(one, value)),
  keySet: (self) => [...self.keys()],
  values: (self) => [...self.values()],
  entrySet: (self) => [...self].map(entry),
  put: (self, key = null, value = null) => {
    const before = self.get(textOf(key)) ?? null;
    self.set(textOf(key), value);
    return before;
  },
  putAll: (self, more) => {
    if (more instanceof Map) for (const [key, value] of more) self.set(key, value);
    return null;
  },
  remove: (self, key = null) => {
    const before = self.get(textOf(key)) ?? null;
    self.delete(textOf(key));
    return before;
  },
};

const onAll: Record<string, Method<Value>> = {
  toString: (self: Value) => textOf(self),
  equals: (self, other = null) => areEqual(self, other),
};

/** A call on what is not there gives nothing. */
export function call(self: Value, name: string, values: Value[]): Value {
  if (self === null) return null;
  if (self instanceof FunctionObject && Object.hasOwn(self.of, name))
    return self.of[name]?.(...values) ?? null;
  const found = ownMethod(self, name) ?? bound(onAll, self, name);
  if (!found) throw new NotJudged(`a template calls ${name}(), which is not worked out here`);
  return found(...values);
}

function ownMethod(self: Value, name: string): ((...values: Value[]) => Value) | undefined {
  if (typeof self === "string") return bound(onTexts, self, name);
  if (Array.isArray(self)) return bound(onLists, self, name);
  return self instanceof Map ? bound(onMaps, self, name) : undefined;
}

function bound<T>(methods: Record<string, Method<T>>, self: T, name: string) {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((...values: Value[]) => method(self, ...values));
}

/** `$entry.key`, `$entry.getKey()`. */
function entry([key, value]: [string, Value]): FunctionObject {
  return new FunctionObject(
    { getKey: () => key, getValue: () => value },
    new Map([
      ["key", key],
      ["value", value],
    ]),
  );
}

function text(value: Value = null): string {
  return textOf(value);
}

function number(value: Value = null): number {
  if (isNumber(value)) return value;
  throw new NotJudged(`a template gives ${textOf(value) || "nothing"} where a number is wanted`);
}

function matched<T extends string | boolean | string[]>(
  self: string,
  value: Value | undefined,
  flags: string,
  call: (expression: RegExp) => T,
): T {
  const expression = pattern(value, flags);
  const result = withinTime(expression.source, self, () => call(expression));
  if (result === undefined)
    throw new NotJudged(
      `the pattern ${textOf(value ?? null)} of a template takes longer than ${EXPRESSION_MS} ms`,
    );
  return result;
}

/** Java's expressions and JavaScript's are the same for what is usual; what is not, is not judged. */
function pattern(value: Value = null, flags = ""): RegExp {
  try {
    return new RegExp(textOf(value), flags);
  } catch (error) {
    throw new NotJudged(
      `the pattern ${textOf(value)} of a template is not worked out here: ${String(error)}`,
    );
  }
}

/** Java escapes by a backslash what JavaScript doubles. */
function replacement(value: Value = null): string {
  return textOf(value).replaceAll(/\\(.)/gs, (_all, one: string) => (one === "$" ? "$$" : one));
}

/** As Java leaves them out. */
function withoutEmptyEnd(parts: string[]): string[] {
  const end = parts.findLastIndex((part) => part !== "");
  return parts.slice(0, end + 1);
}
