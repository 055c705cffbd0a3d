/** The last so many things, and no more bytes than allowed: what is oldest goes. */
export class Ring<T> {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #removed: ((item: T) => void) | undefined;
  #items: { item: T; bytes: number }[] = [];
  /** Items before it are gone: removing them one by one from the front of an array would move all others each time. */
  #first = 0;
  #bytes = 0;

  constructor(most: number, mostBytes: number, removed?: (item: T) => void) {
    this.#most = most;
    this.#mostBytes = mostBytes;
    this.#removed = removed;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#items.length - this.#first;
  }

  add(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
    while (this.size > this.#most || (this.#bytes > this.#mostBytes && this.size > 1)) this.#removeFirst();
    if (this.#first > this.#most) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
  }

  /** From the newest to the oldest. */
  *newest(): Generator<T> {
    for (let index = this.#items.length - 1; index >= this.#first; index--) {
      const entry = this.#items[index];
      if (entry) yield entry.item;
    }
  }

  clear(): void {
    while (this.size > 0) this.#removeFirst();
    this.#items = [];
    this.#first = 0;
  }

  #removeFirst(): void {
    const entry = this.#items[this.#first];
    if (!entry) return;
    // What is removed must not be held by the array until it is cut.
    (this.#items as (typeof entry | undefined)[])[this.#first] = undefined;
    this.#first++;
    this.#bytes -= entry.bytes;
    this.#removed?.(entry.item);
  }
}
