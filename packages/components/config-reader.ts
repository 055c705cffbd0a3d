/**
 * Reads the configuration of a stack and keeps every mistake it meets, so that they can be told all at once.
 * A value that is wrong is answered with a harmless stand-in; `finish` throws before anybody uses it.
 */
import * as pulumi from "@pulumi/pulumi";
import { Mistake } from "./mistake.ts";
import { recorder } from "./recorder.ts";

export interface Form {
  /** What a value must look like. */
  pattern: RegExp;
  /** The same for people: `24 hexadecimal digits`. */
  allowed: string;
  /** Whether the empty text stands for "none". */
  optional?: boolean;
}

/** The SDK has it and leaves it out of its types; its `get` answers a secret in the open. */
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };

export class ConfigReader {
  readonly #project = pulumi.getProject();
  readonly #read = new Set<string>();
  /** Secrets that stay so. */
  readonly #handedOnKeys = new Set<string>();
  readonly #mistakes: string[] = [];

  /** Notes what is wrong: the key, its value and what would be right. */
  refuse(key: string, value: unknown, allowed: string): void {
    const fullKey = this.#fullKey(key);
    const found = isConfigSecret(fullKey) ? "is a secret that does not fit" : `is ${JSON.stringify(value)}`;
    const shown = value === undefined || value === "" ? "is not set" : found;
    this.#mistakes.push(`${fullKey} ${shown}; allowed: ${allowed}`);
  }

  text(key: string, { pattern, allowed, optional = false }: Form): string {
    const value = this.#raw(key);
    if (value === undefined || value === "") {
      if (!optional) this.refuse(key, value, allowed);
      return "";
    }
    if (!pattern.test(value)) this.refuse(key, value, allowed);
    return value;
  }

  /** A text that the program only hands on: where it is a secret it stays one, in every preview and in the state. */
  handedOn(key: string, form: Form): pulumi.Input<string> {
    const fullKey = this.#fullKey(key);
    if (!isConfigSecret(fullKey)) return this.text(key, form);
    this.#handedOnKeys.add(fullKey);
    // A recorder has a placeholder for it, which looks like nothing.
    const value = this.text(key, recorder() ? { ...form, pattern: /./ } : form);
    return value && pulumi.secret(value);
  }

  /** Refuses a value that is right in form and still nobody's. */
  refuseLike(key: string, pattern: RegExp, allowed: string): void {
    const value = this.#raw(key);
    if (value !== undefined && pattern.test(value)) this.refuse(key, value, allowed);
  }

  oneOf<const T extends string>(key: string, choices: readonly [T, ...T[]]): T {
    const value = this.#raw(key);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.refuse(key, value, choices.join(", "));
    return choice ?? choices[0];
  }

  /** The empty text stands for none of them. */
  optionalOneOf<const T extends string>(key: string, choices: readonly [T, ...T[]]): T | undefined {
    return this.#raw(key) === "" ? undefined : this.oneOf(key, choices);
  }

  flag(key: string): boolean {
    return this.oneOf(key, ["false", "true"]) === "true";
  }

  integer(key: string, { from, to }: { from: number; to: number }): number {
    const value = this.#raw(key);
    const number = Number(value);
    const fits = value !== undefined && /^-?\d+$/.test(value) && number >= from && number <= to;
    if (!fits) this.refuse(key, value, `a whole number from ${from} to ${to}`);
    return fits ? number : from;
  }

  integerOf<const T extends number>(key: string, choices: readonly [T, ...T[]]): T {
    const value = this.#raw(key);
    const choice = choices.find((candidate) => String(candidate) === value);
    if (choice === undefined) this.refuse(key, value, choices.join(", "));
    return choice ?? choices[0];
  }

  list(key: string, { pattern, allowed }: Form): string[] {
    const value = this.#raw(key);
    const list = parseJson(value ?? "[]");
    if (!isTexts(list)) {
      this.refuse(key, value, `a list, each ${allowed}`);
      return [];
    }
    for (const element of list) if (!pattern.test(element)) this.refuse(key, element, allowed);
    return list;
  }

  /** A value written as a map, as far as it is one. */
  map(key: string): Record<string, unknown> {
    const value = parseJson(this.#raw(key) ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  }

  /** Throws one error with every mistake there was, misspelt keys among them. */
  finish(): void {
    // These alone, since whatever else is wrong could tell their values.
    const secrets = this.#openSecrets();
    if (secrets.length > 0) throw this.#mistake(secrets.map(openSecretText));
    for (const key of this.#unknownKeys()) {
      this.#mistakes.push(`${key} is not a setting of this program; the settings are listed in Pulumi.yaml`);
    }
    if (this.#mistakes.length > 0) throw this.#mistake(this.#mistakes);
  }

  #mistake(lines: string[]): Mistake {
    return new Mistake(
      [`The configuration of stack "${pulumi.getStack()}" is wrong:`, ...lines].join("\n  "),
    );
  }

  #raw(key: string): string | undefined {
    this.#read.add(this.#fullKey(key));
    const [name = key, namespace] = key.split(":").reverse();
    return new pulumi.Config(namespace).get(name);
  }

  /** Keys without a namespace are the project's own. */
  #fullKey(key: string): string {
    return key.includes(":") ? key : `${this.#project}:${key}`;
  }

  /** Secrets that names, numbers and conditions were made of: the state would have them in the open. */
  #openSecrets(): string[] {
    return [...this.#read].filter((key) => isConfigSecret(key) && !this.#handedOnKeys.has(key));
  }

  /** Keys of the project's own namespace that nobody read. */
  #unknownKeys(): string[] {
    const set = Object.keys(pulumi.runtime.allConfig());
    return set.filter((key) => key.startsWith(`${this.#project}:`) && !this.#read.has(key));
  }
}

function openSecretText(key: string): string {
  return `${key} is a secret, but names, numbers and tags that are made of it stand in the open; set it again without --secret`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
