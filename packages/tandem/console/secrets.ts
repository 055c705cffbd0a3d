/** What of a run is secret, and its place in what the page is shown. */
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
    const found = new Set<string>();
    collect(recording.config, found, false);
    for (const { inputs, outputs } of recording.resources) {
      collect(inputs, found, false);
      collect(outputs, found, false);
    }
    return new Mask([...found]);
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

function collect(value: unknown, found: Set<string>, isSecret: boolean): void {
  if (typeof value === "string") {
    if (isSecret && value.length >= SHORTEST && !value.startsWith("arn:")) found.add(value);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if ((value as { $?: unknown }).$ === "secret") {
    collect((value as { value?: unknown }).value, found, true);
    return;
  }
  for (const part of Object.values(value)) collect(part, found, isSecret);
}
