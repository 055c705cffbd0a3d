/** JSON from elsewhere. */

export type JsonObject = Record<string, unknown>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined for a text that is no JSON, or that of something else than an object. */
export function parseObject(text: string | Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text.toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined; // no JSON
  }
}

/** Text of JSON's that stands for itself, where a number would lose digits. */
export interface RawJson {
  rawJSON: string;
}

/** Of current engines; TypeScript does not know it yet. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON?(text: string): RawJson;
  isRawJSON?(value: unknown): value is RawJson;
}

const exact = JSON as unknown as ExactJson;

/** Significant digits that a number of JavaScript always keeps. */
const KEPT_DIGITS = 15;

/** As `JSON.parse`, but numbers that are longer than JavaScript's stay as they are written. */
export function parseExactly(text: string): unknown {
  return exact.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined || !losesDigits(source, value)) return value;
    if (exact.rawJSON) return exact.rawJSON(source);
    throw new SyntaxError(`${source} has more digits than can be read here`);
  });
}

export function isRawJson(value: unknown): value is RawJson {
  return exact.isRawJSON?.(value) ?? false;
}

function losesDigits(source: string, value: number): boolean {
  const digits = source
    .replace(/[eE].*$/, "")
    .replace(/[-.]/g, "")
    .replace(/^0+|0+$/g, "");
  return digits.length > KEPT_DIGITS && String(value) !== source;
}
