/**
 * Finds out whether somebody else builds what is deployed, such as `tsc -w`. Then a saved source alone is no reason to run the program:
 * what is built of it comes in a moment, and is one.
 */

import { HeldFiles } from "./held-files.ts";

/** What takes longer is not waited for, milliseconds. */
const LONGEST_BUILD_MS = 5_000;

/** Absolute paths. */
export interface Reload {
  files: readonly string[];
  /** Deployed files that changed while the program was recorded. */
  built: readonly string[];
  deployed: ReadonlySet<string>;
  /** What deployed files were built from. */
  sources: ReadonlySet<string>;
}

export class OtherBuilder {
  /** A program was run for saved sources, and did not build them. */
  #isExpected = false;
  #isThere = false;
  readonly #held: HeldFiles;
  readonly #longest: number;

  /** @param late given what was held back for a build that did not come */
  constructor(late: (files: string[]) => void, longest = LONGEST_BUILD_MS) {
    this.#held = new HeldFiles((files) => {
      this.#isThere = false;
      late(files);
    });
    this.#longest = longest;
  }

  /** @returns what is a reason now, with what was held back before */
  take(files: readonly string[], sources: ReadonlySet<string>): string[] {
    if (files.length === 0) return [];
    const all = [...this.#held.release(), ...files];
    if (!this.#isThere || !all.every((file) => sources.has(file))) return all;
    this.#held.hold(all, this.#longest);
    return [];
  }

  /** After each time that the program was run. */
  learn({ files, built, deployed, sources }: Reload): void {
    const isBuilt = files.some((file) => deployed.has(file));
    const isBoth = files.every((file) => deployed.has(file) || sources.has(file));
    this.#isThere = built.length === 0 && (this.#isThere || (this.#isExpected && isBuilt && isBoth));
    this.#isExpected = built.length === 0 && files.every((file) => sources.has(file));
  }

  close(): void {
    this.#held.release();
  }
}
