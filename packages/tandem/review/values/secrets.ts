/**
 * No secret leaves this module: it knows every secret of the recordings that are compared, and hides each text in
 * which one stands, be it plain, escaped, or base64 on its own or within something longer.
 */

import { formsOf, HIDDEN, SHORTEST_WITHIN_TEXT, secretTexts } from "../../program/reading/secret-texts.ts";
import { isObject } from "../../program/reading/value.ts";
import type { Recording, Value } from "../../program/recording.ts";

export { HIDDEN } from "../../program/reading/secret-texts.ts";

export class Redactor {
  readonly #whole = new Set<string>();
  readonly #within: string[];

  constructor(recordings: readonly (Recording | undefined)[]) {
    const within = new Set<string>();
    for (const secret of secretTexts(recordings)) {
      for (const form of formsOf(secret)) {
        this.#whole.add(form);
        if (secret.length >= SHORTEST_WITHIN_TEXT) within.add(form);
      }
    }
    this.#within = [...within];
  }

  text(text: string): string {
    return this.#whole.has(text) || this.#within.some((form) => text.includes(form)) ? HIDDEN : text;
  }

  /** Every text, key and number in a value of a program. */
  value(value: Value): Value {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") return this.#isSecret(value) ? HIDDEN : value;
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.value(item)]));
  }

  /**
   * Every text in a part of a report. Its own keys and its own words stay, whatever a secret may be; what stands under
   * `before` and `after` is a value of a program, keys and all.
   */
  report<T>(part: T): T {
    return this.#report(part) as T;
  }

  #report(part: unknown): unknown {
    if (typeof part === "string") return this.text(part);
    if (Array.isArray(part)) return part.map((item) => this.#report(item));
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, item]) => {
        if (OWN_WORDS.has(key)) return [key, item];
        return [key, VALUES.has(key) ? this.value(item) : this.#report(item)];
      }),
    );
  }

  #isSecret(number: number): boolean {
    const text = String(number);
    return text.length >= SHORTEST_WITHIN_TEXT && this.#whole.has(text);
  }
}

/** Keys of a report under which one of a few fixed words stands. */
const OWN_WORDS = new Set(["kind", "change", "direction", "effect", "renaming", "holderKind", "reportedIn"]);
const VALUES = new Set(["before", "after"]);
