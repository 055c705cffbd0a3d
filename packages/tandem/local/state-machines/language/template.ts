/** Payload templates: names that end in `.$` have a path or an intrinsic function for a value. */
import { isObject } from "../../../shared/json.ts";
import { failure, intrinsics } from "./intrinsics.ts";
import { type Scope, select } from "./paths.ts";
import { runtimeError } from "./state-error.ts";

const FROM_PATH = ".$";

export function fill(template: unknown, scope: Scope): unknown {
  if (Array.isArray(template)) return template.map((item) => fill(item, scope));
  if (!isObject(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith(FROM_PATH)) return [name, fill(value, scope)];
      if (typeof value !== "string") throw runtimeError(`The value of ${name} must be a path`);
      return [name.slice(0, -FROM_PATH.length), evaluate(value, scope)];
    }),
  );
}

/** Of a path, or of a call of an intrinsic function. */
export function evaluate(expression: string, scope: Scope): unknown {
  if (!expression.startsWith("States.")) return select(expression, scope);
  const reader = new CallReader(expression, scope);
  const value = reader.call();
  reader.end();
  return value;
}

/** `States.Format('{} of {}', $.name, States.ArrayLength($.all))` */
class CallReader {
  readonly #text: string;
  readonly #scope: Scope;
  #at = 0;

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
  }

  call(): unknown {
    const name = this.#take(/[\w.]+/y);
    const intrinsic = Object.hasOwn(intrinsics, name) ? intrinsics[name] : undefined;
    if (!intrinsic) throw failure(`There is no intrinsic function ${name}`);
    this.#take(/\s*\(\s*/y);
    const values: unknown[] = [];
    while (!this.#skip(/\s*\)/y)) {
      if (values.length > 0) this.#take(/\s*,\s*/y);
      values.push(this.#value());
    }
    return intrinsic(...values);
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#fault();
  }

  #value(): unknown {
    const rest = this.#text.slice(this.#at);
    if (rest.startsWith("States.")) return this.call();
    if (rest.startsWith("$"))
      return select(this.#take(/\$(?:[^,()[\]\s'"]|\[(?:'[^']*'|"[^"]*"|[^\]]*)\])*/y), this.#scope);
    if (rest.startsWith("'")) return this.#quoted();
    return JSON.parse(this.#take(/-?\d+(?:\.\d+)?|true|false|null/y));
  }

  /** In a sentence of States.Format braces keep their backslash until it is read there. */
  #quoted(): string {
    return this.#take(/'(?:[^'\\]|\\.)*'/y)
      .slice(1, -1)
      .replace(/\\'/g, "'");
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#fault();
    this.#at = pattern.lastIndex;
    return match[0];
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  #fault(): Error {
    return failure(`${this.#text} cannot be read from '${this.#text.slice(this.#at)}' on`);
  }
}
