/** What of the log is shown: `--filter` takes names of functions, a level, and ids of requests. */
import { LEVELS, type Level, levelNamed } from "./entry.ts";

export interface Filtered {
  function?: string | undefined;
  level?: Level | undefined;
  requestIds: readonly (string | undefined)[];
}

export class Filter {
  readonly #level: Level | undefined;
  readonly #words: readonly string[];
  #functions: readonly string[] = [];

  constructor(words: readonly string[]) {
    this.#level = words.map(levelNamed).find((level) => level !== undefined);
    this.#words = words.filter((word) => levelNamed(word) === undefined);
  }

  get isSet(): boolean {
    return this.#level !== undefined || this.#words.length > 0;
  }

  /** For the person, once the program's functions are known; what is no name of one is taken for a request's id. */
  describe(functions: readonly string[]): string | undefined {
    this.#functions = functions;
    if (!this.isSet) return undefined;
    const [names, ids] = [this.#names, this.#ids];
    const parts = [
      ...(names.length > 0 ? [`function ${names.join(", ")}`] : []),
      ...(this.#level === undefined ? [] : [`level ${this.#level} and above`]),
      ...(ids.length > 0 ? [`request ${ids.join(", ")}`] : []),
    ];
    return `The log shows only: ${parts.join("; ")}.`;
  }

  /** Of several words of one kind one is enough; of each kind that was given one must fit. */
  passes({ function: name, level = "INFO", requestIds }: Filtered): boolean {
    const [names, ids] = [this.#names, this.#ids];
    if (this.#level !== undefined && LEVELS.indexOf(level) < LEVELS.indexOf(this.#level)) return false;
    if (names.length > 0 && (name === undefined || !names.includes(name))) return false;
    return ids.length === 0 || ids.some((id) => requestIds.some((one) => one?.startsWith(id)));
  }

  get #names(): string[] {
    return this.#words.filter((word) => this.#functions.includes(word));
  }

  get #ids(): string[] {
    return this.#words.filter((word) => !this.#functions.includes(word));
  }
}
