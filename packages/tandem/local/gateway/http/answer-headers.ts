/** Headers of an answer that a function may not decide, and what Node would refuse to send. */
import { validateHeaderName, validateHeaderValue } from "../../../shared/node-http.ts";

/** They belong to one connection; the gateway's own server sets them. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-authenticate",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export class InvalidHeader extends Error {
  override name = "InvalidHeader";
}

export function isOfConnection(name: string): boolean {
  return CONNECTION_HEADERS.has(name.toLowerCase());
}

/** Of names and values in turn: the first of the name, whichever case it is sent in; undefined without one. */
export function headerOf(headers: readonly string[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  const at = headers.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === wanted);
  return at < 0 ? undefined : headers[at + 1];
}

/** Of names and values in turn: those whose name is kept. */
export function headersWhere(headers: readonly string[], isKept: (name: string) => boolean): string[] {
  return headers.filter((_, at) => isKept(headers[at - (at % 2)] ?? ""));
}

/** Adds a header of a function's result, if it is one that reaches the caller. Throws `InvalidHeader`. */
export function pushHeader(headers: string[], name: string, value: unknown): void {
  if (value === null || value === undefined || isOfConnection(name)) return;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
    throw new InvalidHeader(
      `header ${name} is ${Array.isArray(value) ? "an array" : `of type ${typeof value}`}, not a text`,
    );
  }
  try {
    validateHeaderName(name);
    validateHeaderValue(name, String(value));
  } catch (error) {
    throw new InvalidHeader((error as Error).message);
  }
  headers.push(name, String(value));
}

/** Takes out every content type but the last: an answer has one. Where there is none, it gets the standard one. */
export function keepOneContentType(headers: string[], standard: string): void {
  let isFound = false;
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (headers[index]?.toLowerCase() !== "content-type") continue;
    if (isFound) headers.splice(index, 2);
    isFound = true;
  }
  if (!isFound) headers.push("Content-Type", standard);
}
