/** Claims of a token in the shape in which API Gateway hands them on. */
import type { JWTPayload } from "jose";

/** Every value is a text; lists and objects are written as API Gateway does: `[a b]`, `map[key:value]`. */
export function claimTexts(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claimText(value)]));
}

function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    const pairs = Object.entries(value).map(([key, item]) => `${key}:${claimText(item)}`);
    return `map[${pairs.sort().join(" ")}]`;
  }
  return String(value);
}

/** Scopes from `scope` or `scp`, as a list or as a text with spaces. */
export function scopesOf({ scope, scp }: JWTPayload): string[] {
  const declared = scope ?? scp ?? [];
  if (Array.isArray(declared)) return declared.map(String);
  return String(declared).split(" ").filter(Boolean);
}

/** `client_id` counts only where `aud` is missing. */
export function audiencesOf({ aud, client_id: clientId }: JWTPayload): string[] {
  if (aud !== undefined) return Array.isArray(aud) ? aud : [aud];
  return typeof clientId === "string" ? [clientId] : [];
}
