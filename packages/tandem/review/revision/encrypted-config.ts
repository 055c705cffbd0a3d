/**
 * The encrypted values in a stack's file. A recording knows placeholders only, so whether one was set anew shows in its
 * ciphertext alone. It is kept as a secret: even what is encrypted is nobody's business in a report.
 */
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { plainObject } from "../../program/reading/value.ts";
import type { Value, Values } from "../../program/recording.ts";
import { stackFile } from "../../program/stack-files.ts";

/** By key, e.g. `tandem:apiKey`, or `tandem:keys.first` within a value. */
export function encryptedConfig(folder: string, stack: string): Values {
  const file = stackFile(folder, stack);
  if (!existsSync(file)) return {};
  const content = plainObject(parse(readFileSync(file, "utf8")) as Value);
  return Object.fromEntries(encryptedIn(plainObject(content?.config) ?? {}, ""));
}

function encryptedIn(values: Values, prefix: string): [string, Value][] {
  return Object.entries(values).flatMap(([name, value]): [string, Value][] => {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    const object =
      plainObject(value) ?? (Array.isArray(value) ? Object.fromEntries(value.entries()) : undefined);
    if (object === undefined) return [];
    if (typeof object.secure === "string") return [[key, { $: "secret", value: object.secure }]];
    return encryptedIn(object, key);
  });
}
