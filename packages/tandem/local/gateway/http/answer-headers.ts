/** Headers of an answer that a function may not decide, and what Node would refuse to send. */
import { validateHeaderName, validateHeaderValue } from "node:http";

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

export function hasHeader(headers: readonly string[], lowerCaseName: string): boolean {
  return headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === lowerCaseName);
}
