/** Bytes of items as DynamoDB counts them: names and values, not what says their types. */
import { isObject } from "../../shared/json.ts";

/** Of a list and a map, besides what is in it. */
const OF_NESTED = 3;

export function sizeOf(item: unknown): number {
  if (!isObject(item)) return 0;
  return Object.entries(item).reduce(
    (sum, [name, attribute]) => sum + Buffer.byteLength(name) + attributeSize(attribute),
    0,
  );
}

function attributeSize(attribute: unknown): number {
  const [[type, value] = []] = isObject(attribute) ? Object.entries(attribute) : [];
  if (type === "M") return OF_NESTED + sizeOf(value);
  if (type === "L")
    return (value as unknown[]).reduce<number>((sum, one) => sum + 1 + attributeSize(one), OF_NESTED);
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + scalarSize(type, one), 0);
  return scalarSize(type, value);
}

function scalarSize(type: string | undefined, value: unknown): number {
  if (typeof value !== "string") return 1;
  if (type?.startsWith("N")) return numberSize(value);
  return Buffer.byteLength(value, type?.startsWith("B") ? "base64" : "utf8");
}

/** Two digits a byte, one byte more, and one for a minus. */
function numberSize(text: string): number {
  const digits = text
    .replace(/e.*$/i, "")
    .replace(/[-+.]/g, "")
    .replace(/^0+|0+$/g, "");
  return Math.ceil(digits.length / 2) + 1 + (text.startsWith("-") ? 1 : 0);
}
