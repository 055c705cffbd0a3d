/** Payload format 1.0: what a function returned becomes an answer. REST APIs are stricter than HTTP APIs. */

import { isObject } from "../../../shared/json.ts";
import type { Protocol } from "../../observer.ts";
import { keepOneContentType, pushHeader } from "../http/answer-headers.ts";
import { isBinaryType } from "../http/request-body.ts";
import { badBody, badStatus, type Formatted, guarded, statusOf } from "./response.ts";

export interface ResponseV1Rules {
  protocol: Protocol;
  binaryMediaTypes: readonly string[];
  /** What the caller accepts; a REST API decodes base64 for binary media types alone. */
  accept: string | undefined;
}

const REST_KEYS = new Set(["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"]);

export function responseV1(payload: string | undefined, rules: ResponseV1Rules): Formatted {
  const result: unknown = JSON.parse(payload ?? "null");
  if (!isObject(result)) return { bad: "format 1.0 wants an object with statusCode" };
  return guarded(() => fromResult(result, rules));
}

function fromResult(result: Record<string, unknown>, rules: ResponseV1Rules): Formatted {
  const isRest = rules.protocol === "REST";
  const unknown = isRest ? Object.keys(result).find((key) => !REST_KEYS.has(key)) : undefined;
  if (unknown !== undefined) return { bad: `a REST API knows no ${unknown} in a result` };
  const hasOnlyHeaders = result.statusCode === undefined && result.body === undefined;
  const isDefault =
    isRest && hasOnlyHeaders && (isObject(result.headers) || isObject(result.multiValueHeaders));
  const status = isDefault ? 200 : statusOf(result.statusCode);
  if (status === undefined) return badStatus(result.statusCode);
  const { headers: single = {}, multiValueHeaders: multiple = {}, body = "" } = result;
  if (body !== null && typeof body !== "string") return badBody(body);
  if (single !== null && !isObject(single)) return { bad: "headers is not an object" };
  if (multiple !== null && !isObject(multiple)) return { bad: "multiValueHeaders is not an object" };
  const noList = isRest && Object.keys(multiple ?? {}).find((name) => !Array.isArray(multiple?.[name]));
  if (noList) return { bad: `a REST API takes lists in multiValueHeaders, and ${noList} is none` };
  const headers: string[] = [];
  const nameOf = isRest ? remapped : (name: string) => name;
  // The order is what AWS was seen to send: a REST API puts the lists first.
  if (!isRest) pushSingle(headers, single, nameOf);
  pushMultiple(headers, multiple, nameOf);
  if (isRest) pushSingle(headers, single, nameOf);
  keepOneContentType(headers, isRest ? "application/json" : "text/plain; charset=utf-8");
  const text = body ?? "";
  const decodes = result.isBase64Encoded === true && (!isRest || acceptsBinary(rules));
  return { status, headers, body: decodes ? Buffer.from(text, "base64") : text };
}

/** Headers that a REST API does not let a function set: they go out by another name. */
const REMAPPED = new Set([
  "authorization",
  "connection",
  "content-length",
  "content-md5",
  "date",
  "expect",
  "host",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "trailer",
  "upgrade",
  "user-agent",
  "www-authenticate",
]);

export function remapped(name: string): string {
  return REMAPPED.has(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name;
}

type Naming = (name: string) => string;

function pushSingle(headers: string[], single: Record<string, unknown> | null, nameOf: Naming): void {
  for (const [name, value] of Object.entries(single ?? {})) pushHeader(headers, nameOf(name), value);
}

function pushMultiple(headers: string[], multiple: Record<string, unknown> | null, nameOf: Naming): void {
  for (const [name, values] of Object.entries(multiple ?? {})) {
    for (const value of Array.isArray(values) ? values : [values]) pushHeader(headers, nameOf(name), value);
  }
}

function acceptsBinary({ accept, binaryMediaTypes }: ResponseV1Rules): boolean {
  return isBinaryType(accept?.split(",", 1)[0], binaryMediaTypes);
}
