/** A value as a person may see it: secrets hidden, code as its hash, what is not known named as such. */

import { isKind, isObject } from "../../program/reading/value.ts";
import type { Value } from "../../program/recording.ts";
import { sha256 } from "../values/canonical.ts";
import { HIDDEN } from "../values/secrets.ts";
import { resourceName } from "./names.ts";

/** Digits of a hash that tell two contents apart for a person. */
export const HASH_DIGITS = 12;

export function shown(value: Value): Value {
  if (Array.isArray(value)) return value.map(shown);
  if (!isObject(value)) return value;
  if (isKind(value, "secret")) return HIDDEN;
  if (isKind(value, "unknown")) return "[known after deployment]";
  if (isKind(value, "resource")) return resourceName(value.urn);
  if (isKind(value, "asset")) return `[file ${contentOf(value)}]`;
  if (isKind(value, "archive")) {
    return value.assets === undefined
      ? `[archive ${contentOf(value)}]`
      : { "[archive]": shown(value.assets) };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
}

function contentOf({ text, path, uri }: { text?: string; path?: string; uri?: string }): string {
  return text === undefined
    ? (path ?? uri ?? "of unknown content")
    : `sha256 ${sha256(text).slice(0, HASH_DIGITS)}`;
}
