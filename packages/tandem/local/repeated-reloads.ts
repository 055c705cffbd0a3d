/**
 * Files that change again whenever they have been taken over: the program writes them, or what it starts, or another run. Each reload
 * would be the reason for the next, for ever. They are waited for longer and longer, until something else is saved.
 */
import path from "node:path";
import { statOf } from "../shared/stat-of.ts";
import { HeldFiles } from "./held-files.ts";
import { named } from "./named.ts";

/** What changes while the program runs for it is most likely written by it; who saves quickly, or a script, does so afterwards. */
const WEIGHT_DURING = 4;
const WEIGHT_AFTER = 1;
const MOST_WEIGHT = 20;
/** What was saved less often in a row is somebody's own work, and waits for nothing. */
const MANY_TIMES = 3;
/** What changes later after a reload has nothing to do with it, milliseconds. */
const SOON_MS = 2_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export interface RepeatedReloadsOptions {
  /** Given what was held back, when its time has come. */
  late(files: string[]): void;
  /** Told, once in a row, which files are waited for. */
  found(files: readonly string[]): void;
  /** Milliseconds; each wait after it is twice as long. */
  firstWait?: number;
  /** Milliseconds since 1970, as in what follows. */
  now?(): number;
  /** Undefined for what is not there. */
  modifiedAt?(file: string): number | undefined;
}

export class RepeatedReloads {
  readonly #options: Required<RepeatedReloadsOptions>;
  /** For how many of the reloads in a row each file was a reason. */
  #times = new Map<string, number>();
  #weight = 0;
  #waits = 0;
  #isUnderWay = false;
  /** Since the last reload began; an install or a checkout saves again and again. */
  #isCounted = false;
  #endedAt = Number.NEGATIVE_INFINITY;
  readonly #held: HeldFiles;

  constructor(options: RepeatedReloadsOptions) {
    this.#options = {
      firstWait: FIRST_WAIT_MS,
      now: () => Date.now(),
      modifiedAt: (file) => statOf(file)?.mtimeMs,
      ...options,
    };
    this.#held = new HeldFiles(this.#options.late);
  }

  /** @returns what is a reason now, with what was held back before */
  take(files: readonly string[]): string[] {
    if (files.length === 0) return [];
    if (this.#held.isHolding) {
      this.#held.add(files);
      if (this.#areRepeated(files)) return [];
      this.#begin();
      return this.#held.release();
    }
    const isNext = this.#isUnderWay || this.#options.now() <= this.#endedAt + SOON_MS;
    if (!isNext) this.#begin();
    else if (!this.#isCounted) this.#weight += this.#isDuring(files) ? WEIGHT_DURING : WEIGHT_AFTER;
    this.#isCounted = true;
    if (this.#weight < MOST_WEIGHT || !this.#areRepeated(files)) return [...files];
    this.#hold(files);
    return [];
  }

  /** A reload for these files begins. */
  began(files: readonly string[]): void {
    for (const file of files) this.#times.set(file, (this.#times.get(file) ?? 0) + 1);
    this.#isUnderWay = true;
    this.#isCounted = false;
  }

  ended(): void {
    this.#isUnderWay = false;
    this.#endedAt = this.#options.now();
  }

  close(): void {
    this.#held.release();
  }

  #areRepeated(files: readonly string[]): boolean {
    return files.every((file) => this.#isRepeated(file));
  }

  #isRepeated(file: string): boolean {
    return (this.#times.get(file) ?? 0) >= MANY_TIMES;
  }

  /** What changes at the end of a reload is told after it. */
  #isDuring(files: readonly string[]): boolean {
    const { modifiedAt } = this.#options;
    return (
      this.#isUnderWay ||
      files.every((file) => (modifiedAt(file) ?? Number.POSITIVE_INFINITY) < this.#endedAt)
    );
  }

  /** What came before was no row. */
  #begin(): void {
    this.#times.clear();
    this.#weight = 0;
    this.#waits = 0;
  }

  #hold(files: readonly string[]): void {
    if (this.#waits === 0)
      this.#options.found([...this.#times.keys()].filter((file) => this.#isRepeated(file)));
    const wait = Math.min(this.#options.firstWait * 2 ** this.#waits, LONGEST_WAIT_MS);
    this.#waits += 1;
    this.#held.hold(files, wait);
  }
}

/** What a person is told of them. */
export function describeRepeated(files: readonly string[], cwd: string): string {
  const names = named(files.map((file) => path.relative(cwd, file) || "."));
  return (
    `Whenever they have been taken over, these change again: ${names}. ` +
    "Does the program write them, what it starts, or another run? They are waited for longer and longer, until something else is saved."
  );
}
