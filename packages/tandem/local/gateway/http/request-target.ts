/** The request target: path and query apart, and what of them is decoded. */
import { putField } from "./header-fields.ts";

export interface RequestTarget {
  /** As sent, e.g. `/space%20value`. */
  encodedPath: string;
  /** Undefined when the path's percent encoding is broken. */
  path: string | undefined;
  /** As sent, in order, without the question mark. */
  query: string;
}

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i;

export function readTarget(target: string): RequestTarget {
  // A proxy sends `GET http://host/path`; the host is in the Host header as well.
  const local = target.startsWith("/") ? target : target.replace(ABSOLUTE, "");
  const mark = local.indexOf("?");
  const encodedPath = (mark < 0 ? local : local.slice(0, mark)) || "/";
  return { encodedPath, path: decodePath(encodedPath), query: mark < 0 ? "" : local.slice(mark + 1) };
}

/** `/stage/x` for `//stage/x`. */
export function mergeFirstSlashes(path: string): string {
  return path.startsWith("//") ? path.replace(/^\/+/, "/") : path;
}

export function decodePath(encoded: string): string | undefined {
  if (!encoded.includes("%")) return encoded;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/** Every pair of a query in order, decoded, `+` as a space. What is not valid percent encoding stays as it is. */
export function* queryPairs(query: string): Generator<[name: string, value: string]> {
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    yield [decodeQuery(name), equals < 0 ? "" : decodeQuery(pair.slice(equals + 1))];
  }
}

function decodeQuery(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return decodePath(spaced) ?? spaced;
}

/** Payload format 2.0: duplicates joined with a comma; undefined when there is no parameter. */
export function joinedQuery(query: string): Record<string, string> | undefined {
  if (query === "") return undefined;
  const joined: Record<string, string> = {};
  let empty = true;
  for (const [name, value] of queryPairs(query)) {
    const before = Object.hasOwn(joined, name) ? joined[name] : undefined;
    putField(joined, name, before === undefined ? value : `${before},${value}`);
    empty = false;
  }
  return empty ? undefined : joined;
}

/** Payload format 1.0: every value of a name; undefined when there is no parameter. */
export function listedQuery(query: string): Record<string, string[]> | undefined {
  const listed: Record<string, string[]> = {};
  let empty = true;
  for (const [name, value] of queryPairs(query)) {
    const before = Object.hasOwn(listed, name) ? (listed[name] as string[]) : [];
    putField(listed, name, [...before, value]);
    empty = false;
  }
  return empty ? undefined : listed;
}
