/** How far a load came, kept beside the data, so that an interrupted one goes on where it stopped. */
import { readFileSync, statSync } from "node:fs";
import { writeByRename } from "../../shared/write-by-rename.ts";

/** A crash costs at most what was loaded in this time (ms); loading it again changes nothing. */
const SAVE_EVERY_MS = 1_000;

interface Kept {
  /** Size and time of the file that was being loaded: another file is loaded from its head. */
  source: string;
  done: number;
  complete: boolean;
}

export class Checkpoint {
  readonly #path: string;
  readonly #source: string;
  readonly #kept: Kept | undefined;
  #savedAt = performance.now();

  /** `path`: where it is kept; `file`: what is being loaded. */
  constructor(path: string, file: string) {
    const { size, mtimeMs } = statSync(file);
    this.#path = path;
    this.#source = `${size} ${mtimeMs}`;
    this.#kept = read(path);
  }

  /** A load of whatever this file held has been completed here. */
  get everComplete(): boolean {
    return this.#kept?.complete ?? false;
  }

  /** Records of this very file that are known to be written. */
  get done(): number {
    return this.#kept?.source === this.#source ? this.#kept.done : 0;
  }

  /** Cheap enough to call after every batch. */
  saveNowAndThen(done: number): void {
    const now = performance.now();
    if (now - this.#savedAt < SAVE_EVERY_MS) return;
    this.#savedAt = now;
    this.save(done, false);
  }

  save(done: number, complete: boolean): void {
    const kept: Kept = { source: this.#source, done, complete };
    writeByRename(this.#path, JSON.stringify(kept));
  }
}

function read(path: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Kept;
  } catch {
    return undefined; // nothing kept: everything is loaded (again), which changes nothing
  }
}
