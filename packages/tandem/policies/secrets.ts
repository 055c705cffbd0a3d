/** What a password, key or token looks like where none should be. */
import type { Value } from "../program/recording.ts";

const SECRET_NAMES = /PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_KEY/i;

const secretValues = [
  // user:password@ in an address
  /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]+:[^/\s@]+@/i,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  // a signed token: header.payload.signature
  /^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/,
];

export function looksLikePassword(name: string, value: Value): boolean {
  return typeof value === "string" && value !== "" && (SECRET_NAMES.test(name) || holdsPassword(value));
}

export function holdsPassword(text: string): boolean {
  return secretValues.some((pattern) => pattern.test(text));
}
