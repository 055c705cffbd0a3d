/**
 * What the made-up clouds hold, on disk: one line a change, so that whoever asks later (a test, a command that looks something
 * up) reads what is there, and a killed engine leaves behind what it had made.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";

export interface Thing {
  type: string;
  /** As its provider forms it. */
  id: string;
  /** By which the provider finds it when it is imported. */
  importId: string;
  /** What its ids were made from. */
  seed: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
  /** Time (ms) before which it is still being made. */
  readyAt: number;
}

type Change = { put: Thing } | { removed: Pick<Thing, "type" | "importId"> };

export class Store {
  readonly #file: string;
  readonly #things = new Map<string, Thing>();
  #made = 0;

  constructor(file: string) {
    this.#file = file;
    for (const change of changes(file)) this.#apply(change);
  }

  all(): Thing[] {
    return [...this.#things.values()];
  }

  ofType(type: string): Thing[] {
    return this.all().filter((thing) => thing.type === type);
  }

  /**
   * @param urn of whoever asks: some ids (`$default` of a stage, a statement's) are one only within their API or function, and
   *   then what the same resource made is meant
   */
  find(type: string, id: string, urn?: string): Thing | undefined {
    const found = this.ofType(type).filter((thing) => thing.id === id || thing.importId === id);
    return found.find(({ seed }) => urn !== undefined && seed.startsWith(`${urn}#`)) ?? found[0];
  }

  put(thing: Thing): void {
    this.#write({ put: thing });
  }

  remove({ type, importId }: Thing): void {
    this.#write({ removed: { type, importId } });
  }

  /** How many things were made so far: two of the same name still have different ids. */
  get made(): number {
    return this.#made;
  }

  #write(change: Change): void {
    appendFileSync(this.#file, `${JSON.stringify(change)}\n`);
    this.#apply(change);
  }

  #apply(change: Change): void {
    if ("removed" in change) {
      this.#things.delete(key(change.removed));
      return;
    }
    if (!this.#things.has(key(change.put))) this.#made += 1;
    this.#things.set(key(change.put), change.put);
  }
}

function changes(file: string): Change[] {
  if (!existsSync(file)) return [];
  // Behind the last end of a line stands nothing, or what is being written at this moment.
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Change);
}

function key({ type, importId }: Pick<Thing, "type" | "importId">): string {
  return `${type} ${importId}`;
}
