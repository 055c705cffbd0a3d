/** Items of DynamoDB as plain JSON and back, where that loses nothing; sets, binary and long numbers stay in DynamoDB's own form. */
import { isRawJson } from "../shared/json.ts";

type Attribute = Record<string, unknown>;
export type Item = Record<string, Attribute>;

/** Undefined where plain JSON would lose a type. */
export function plainItem(item: Item): Record<string, unknown> | undefined {
  const plain: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(item)) {
    const value = plainValue(attribute);
    if (value === undefined) return undefined;
    plain[name] = value;
  }
  return plain;
}

export function typedItem(plain: Record<string, unknown>): Item {
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, typed(value)]));
}

function plainValue({ S, N, BOOL, NULL, L, M }: Attribute): unknown {
  if (typeof S === "string") return S;
  if (typeof N === "string") return String(Number(N)) === N ? Number(N) : undefined;
  if (typeof BOOL === "boolean") return BOOL;
  if (NULL === true) return null;
  if (Array.isArray(L)) {
    const values = L.map((value) => plainValue(value as Attribute));
    return values.includes(undefined) ? undefined : values;
  }
  return typeof M === "object" && M !== null ? plainItem(M as Item) : undefined;
}

function typed(value: unknown): Attribute {
  if (typeof value === "string") return { S: value };
  if (isRawJson(value)) return { N: value.rawJSON };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.map(typed) };
  return { M: typedItem(value as Record<string, unknown>) };
}
