/** What of a run is secret, and its place in what the page is shown. */
import { secretTexts } from "../program/reading/secret-texts.ts";
import type { Recording } from "../program/recording.ts";

export const MASKED = "••••••";
/** Shorter texts stand in too many places that are none. */
const SHORTEST = 6;
const SECRET_HEADERS =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-amz-security-token)$/i;
const SECRET_NAMES = /secret|password|passwd|token|api_?key|private_?key|credential/i;

export class Mask {
  readonly #secrets: string[];

  static of(recording: Recording): Mask {
    const found = [...secretTexts([recording])];
    return new Mask(found.filter((text) => text.length >= SHORTEST && !text.startsWith("arn:")));
  }

  private constructor(secrets: string[]) {
    // The longest first: one may hold another.
    this.#secrets = secrets.sort((a, b) => b.length - a.length);
  }

  /** With what a caller sent as its own secrets: functions may log them, and their events hold them. */
  withHeaders(headers: readonly [string, string][]): Mask {
    const sent = headers
      .filter(([name]) => SECRET_HEADERS.test(name))
      .flatMap(([, value]) => [value, value.replace(/^\w+ +/, "")])
      .filter((value) => value.length >= SHORTEST);
    return sent.length === 0 ? this : new Mask([...sent, ...this.#secrets]);
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#secrets) {
      if (masked.includes(secret)) masked = masked.replaceAll(secret, MASKED);
    }
    return masked;
  }

  /** Every text in it; what it is made of stays. */
  all<T>(value: T): T {
    if (typeof value === "string") return this.text(value) as T;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((part) => this.all(part)) as T;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.all(part)])) as T;
  }

  headers(headers: [string, string][]): [string, string][] {
    return headers.map(([name, value]) => [name, SECRET_HEADERS.test(name) ? MASKED : this.text(value)]);
  }

  variable(name: string, value: string): string {
    return SECRET_NAMES.test(name) && !/^arn:/.test(value) ? MASKED : this.text(value);
  }
}
