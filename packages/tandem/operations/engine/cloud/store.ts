/**
 * What the made-up clouds hold, on disk: one line a change, so that whoever asks later (a test, a command that looks something
 * up) reads what is there, and a killed engine leaves behind what it had made. Another process that writes a line changes what
 * is there, as a person does in a console.
 */
import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";

export interface CloudResource {
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

type Change = { put: CloudResource } | { removed: Pick<CloudResource, "type" | "importId"> };

export class Store {
  readonly #file: string;
  readonly #resources = new Map<string, CloudResource>();
  readonly #gone = new Map<string, CloudResource>();
  #made = 0;
  /** Bytes of the file that are known already. */
  #known = 0;

  constructor(file: string) {
    this.#file = file;
  }

  all(): CloudResource[] {
    this.#catchUp();
    return [...this.#resources.values()];
  }

  ofType(type: string): CloudResource[] {
    return this.all().filter((resource) => resource.type === type);
  }

  /** As they were when they were taken away. */
  gone(type: string): CloudResource[] {
    this.#catchUp();
    return [...this.#gone.values()].filter((resource) => resource.type === type);
  }

  /**
   * @param urn of whoever asks: some ids (`$default` of a stage, a statement's) are one only within their API or function, and
   *   then what the same resource made is meant
   */
  find(type: string, id: string, urn?: string): CloudResource | undefined {
    const found = this.ofType(type).filter((resource) => resource.id === id || resource.importId === id);
    return found.find(({ seed }) => urn !== undefined && seed.startsWith(`${urn}#`)) ?? found[0];
  }

  put(resource: CloudResource): void {
    this.#write({ put: resource });
  }

  remove({ type, importId }: CloudResource): void {
    this.#write({ removed: { type, importId } });
  }

  /** How many things were made so far: two of the same name still have different ids. */
  get made(): number {
    this.#catchUp();
    return this.#made;
  }

  #write(change: Change): void {
    appendFileSync(this.#file, `${JSON.stringify(change)}\n`);
  }

  #catchUp(): void {
    const added = textFrom(this.#file, this.#known);
    // Behind the last end of a line stands nothing, or what is being written at this moment.
    const whole = added.subarray(0, added.lastIndexOf("\n") + 1);
    this.#known += whole.length;
    for (const line of whole.toString("utf8").split("\n").slice(0, -1))
      this.#apply(JSON.parse(line) as Change);
  }

  #apply(change: Change): void {
    if ("removed" in change) {
      const last = this.#resources.get(key(change.removed));
      if (last !== undefined) this.#gone.set(key(last), last);
      this.#resources.delete(key(change.removed));
      return;
    }
    if (!this.#resources.has(key(change.put))) this.#made += 1;
    this.#resources.set(key(change.put), change.put);
  }
}

function textFrom(file: string, start: number): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0);
  const descriptor = openSync(file, "r");
  try {
    const text = Buffer.alloc(fstatSync(descriptor).size - start);
    const length = text.length === 0 ? 0 : readSync(descriptor, text, 0, text.length, start);
    return text.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function key({ type, importId }: Pick<CloudResource, "type" | "importId">): string {
  return `${type} ${importId}`;
}
