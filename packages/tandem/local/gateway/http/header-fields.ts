/** One pass over the headers of a request, keeping their order, their case and their duplicates for the event formats. */
import type { HttpRequest } from "./http-message.ts";

export interface HeaderFields {
  /** Lower-case names; duplicates joined with a comma; without `cookie`. */
  joined: Record<string, string>;
  /** One entry a cookie; undefined when there are none. */
  cookies: string[] | undefined;
  /** Bytes of all header lines on the wire. */
  bytes: number;
}

/** `: ` and the line end. */
const LINE_OVERHEAD = 4;

/** They belong to the connection between caller and gateway; a function never sees them. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function readHeaderFields(rawHeaders: readonly string[]): HeaderFields {
  const joined: Record<string, string> = {};
  let cookies: string[] | undefined;
  let bytes = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    bytes += name.length + value.length + LINE_OVERHEAD;
    if (name === "cookie") {
      cookies = [...(cookies ?? []), ...splitCookies(value)];
    } else if (!CONNECTION_HEADERS.has(name)) {
      const before = Object.hasOwn(joined, name) ? joined[name] : undefined;
      putField(joined, name, before === undefined ? value : `${before},${value}`);
    }
  }
  return { joined, cookies: cookies?.length === 0 ? undefined : cookies, bytes };
}

/** What every event carries of the way the request took. */
export function addGatewayHeaders({ joined }: HeaderFields, { body, sourceIp, port }: HttpRequest): void {
  const forwarded = joined["x-forwarded-for"];
  joined["content-length"] ??= String(body.length);
  joined["x-forwarded-for"] = forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`;
  joined["x-forwarded-port"] = String(port);
  joined["x-forwarded-proto"] = "http";
}

function splitCookies(value: string): string[] {
  return value
    .split(";")
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie !== "");
}

/** `Content-Type` for `content-type`: payload format 1.0 spells names so. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Sets a key that comes from a caller, also `__proto__`, which a plain assignment would take for the prototype. */
export function putField<T>(target: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
  } else {
    target[name] = value;
  }
}
