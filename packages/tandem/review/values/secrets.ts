/**
 * No secret leaves this module: it knows every secret of the recordings that are compared, and hides each text in
 * which one stands, be it plain, escaped, or base64 on its own or within something longer.
 */

import { isKind, isObject, withoutSecrets } from "../../program/reading/value.ts";
import type { Recording, Value } from "../../program/recording.ts";

export const HIDDEN = "[secret]";

/** A shorter secret is hidden only where it is the whole text: it would be found in every other word. */
const SHORTEST_WITHIN_TEXT = 4;

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

/** Every text that is a secret, or a leaf of one. */
function secretTexts(recordings: readonly (Recording | undefined)[]): Set<string> {
  const found = new Set<string>();
  const visit = (value: Value): void => {
    if (isKind(value, "secret")) leaves(value.value, found);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) Object.values(value).forEach(visit);
  };
  for (const recording of recordings) {
    if (recording === undefined) continue;
    visit(recording.config);
    visit(recording.outputs);
    for (const { inputs, outputs } of recording.resources) {
      visit(inputs);
      visit(outputs);
    }
  }
  found.delete("");
  return found;
}

function leaves(value: Value, found: Set<string>): void {
  const plain = withoutSecrets(value);
  if (typeof plain === "string") found.add(plain);
  else if (typeof plain === "number") found.add(String(plain));
  else if (Array.isArray(plain)) for (const item of plain) leaves(item, found);
  else if (isObject(plain)) for (const item of Object.values(plain)) leaves(item, found);
}

function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  // Twice escaped: JSON within JSON, as policies in templates are.
  forms.push(JSON.stringify(forms[1]).slice(1, -1));
  return [...new Set([...forms, ...forms.slice(0, 2).flatMap(base64Forms)])];
}

/**
 * What of the secret stands in base64 wherever it starts: base64 takes three bytes at a time, so there are three ways a
 * text can look within a longer one. Digits that its neighbours have a part in are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = new Set([bytes.toString("base64"), bytes.toString("base64url")]);
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const digits = encoded.slice(from, to);
    if (digits.length < SHORTEST_WITHIN_TEXT) continue;
    forms.add(digits);
    forms.add(digits.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...forms];
}
