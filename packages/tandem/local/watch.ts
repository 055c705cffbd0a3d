/** Tells which of a set of files really changed. Watches their folders, not the tree: node_modules stays out of it. */
import { createHash } from "node:crypto";
import { type FSWatcher, readFileSync, watch } from "node:fs";
import path from "node:path";

/** Editors write a file in several steps; what comes within this many milliseconds is one change. */
const SETTLE_MS = 25;

export class FileWatcher {
  #folders = new Map<string, FSWatcher>();
  #contents = new Map<string, string>();
  #touched = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  readonly #onChange: (files: string[]) => void;

  constructor(onChange: (files: string[]) => void) {
    this.#onChange = onChange;
  }

  /** Replaces the set of files that are watched (absolute paths). A file that does not exist yet may appear. None after `close`. */
  set(files: Iterable<string>): void {
    if (this.#isClosed) return;
    const wanted = new Set(files);
    const folders = new Set([...wanted].map((file) => path.dirname(file)));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    this.#contents = new Map([...wanted].map((file) => [file, this.#contents.get(file) ?? digest(file)]));
    for (const folder of folders) if (!this.#folders.has(folder)) this.#watchFolder(folder);
  }

  /**
   * What these files hold now is no news.
   * @returns those of them that had changed
   */
  accept(files: Iterable<string>): string[] {
    return [...files].filter((file) => this.#isChanged(file));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #watchFolder(folder: string): void {
    const watcher = watch(folder, (_event, name) => {
      if (name === null) return;
      this.#touched.add(path.join(folder, name));
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#settle(), SETTLE_MS);
    });
    // The folder went away; if it comes back, the next `set` watches it again.
    watcher.on("error", () => this.#folders.delete(folder));
    this.#folders.set(folder, watcher);
  }

  #settle(): void {
    const changed = [...this.#touched].filter((file) => this.#isChanged(file));
    this.#touched.clear();
    if (changed.length > 0) this.#onChange(changed);
  }

  /** Whether a watched file differs from what was known of it, which is what it holds now from here on. */
  #isChanged(file: string): boolean {
    const before = this.#contents.get(file);
    if (before === undefined) return false;
    const now = digest(file);
    this.#contents.set(file, now);
    return now !== before;
  }
}

function digest(file: string): string {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return "absent";
  }
}
