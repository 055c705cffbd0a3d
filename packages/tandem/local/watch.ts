/** Tells which of a set of files and folders really changed. Watches the folders that hold them, not the tree: node_modules stays out of it. */
import { createHash } from "node:crypto";
import {
  type FSWatcher,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type WatchListener,
  watch,
} from "node:fs";
import path from "node:path";
import { statOf } from "../shared/stat-of.ts";

/** Editors write a file in several steps; what comes within this many milliseconds is one change. */
const SETTLE_MS = 25;
/** A log that grows all the time never settles: whatever else was saved is told after so many milliseconds. */
const LONGEST_SETTLE_MS = 1_000;

/** Bytes; of a larger file, an archive or a binary, size and time are compared. */
const MOST_READ = 4 * 1024 * 1024;

/** Editors put such files beside what they write. */
const PASSING = /^\.|~$|\.(tmp|swp)$/;

export const isPassing = (name: string): boolean => PASSING.test(name);

/** A folder that the system does not let us watch. */
export interface Unwatched {
  folder: string;
  /** `ENOSPC` where the limit of watches is used up, `EMFILE` that of watchers. */
  code: string | undefined;
  message: string;
}

export class FileWatcher {
  #folders = new Map<string, FSWatcher>();
  #contents = new Map<string, string>();
  #touched = new Set<string>();
  /** Paths that are not there: when they are, the folders that they lead to can be watched. */
  #awaited = new Set<string>();
  /** Links that are watched, by the file that each leads to. */
  #links = new Map<string, string[]>();
  /** Folders whose watcher may have gone with them: another one may have come in their place. */
  #suspects = new Set<string>();
  #reported = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** When the first of the changes came that are not told yet. */
  #touchedAt: number | undefined;
  #isClosed = false;
  readonly #onChange: (files: string[]) => void;
  readonly #onUnwatched: (folders: Unwatched[]) => void;
  readonly #watch: (folder: string, listener: WatchListener<string>) => FSWatcher;

  /**
   * @param onUnwatched told of each folder once
   * @param watchFolder as that of node:fs
   */
  constructor(
    onChange: (files: string[]) => void,
    onUnwatched: (folders: Unwatched[]) => void = () => {},
    watchFolder: (folder: string, listener: WatchListener<string>) => FSWatcher = watch,
  ) {
    this.#onChange = onChange;
    this.#onUnwatched = onUnwatched;
    this.#watch = watchFolder;
  }

  /**
   * Replaces the set that is watched (absolute paths). What does not exist yet may appear, with the folders above it; of a folder
   * it is told which names are in it. Nothing after `close`.
   */
  set(files: Iterable<string>): void {
    if (this.#isClosed) return;
    const known = this.#contents;
    this.#contents = new Map([...files].map((file) => [file, known.get(file) ?? digest(file)]));
    this.#watchFolders();
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

  /** @returns whether one is watched that was not before: what happened in it until now, nobody told */
  #watchFolders(): boolean {
    const { folders, awaited } = nearestFolders(this.#contents.keys());
    this.#awaited = awaited;
    this.#links = linkedFiles(this.#contents.keys());
    for (const [target, links] of this.#links)
      for (const file of [target, ...links]) folders.add(path.dirname(file));
    for (const [folder, watcher] of this.#folders) {
      if (folders.has(folder) && !this.#suspects.has(folder)) continue;
      watcher.close();
      this.#folders.delete(folder);
    }
    this.#suspects.clear();
    const missing = [...folders].filter((folder) => !this.#folders.has(folder));
    const unwatched = missing.flatMap((folder) => this.#watchFolder(folder) ?? []);
    const untold = unwatched.filter(({ folder }) => !this.#reported.has(folder));
    for (const { folder } of untold) this.#reported.add(folder);
    if (untold.length > 0) this.#onUnwatched(untold);
    return missing.length > unwatched.length;
  }

  #watchFolder(folder: string): Unwatched | undefined {
    try {
      const watcher = this.#watch(folder, (_event, name) => {
        if (name === null) return;
        const file = path.join(folder, name);
        // So the end of the folder itself is told, too.
        const isSuspect = name === path.basename(folder);
        if (isSuspect) this.#suspects.add(folder);
        // A link that leads to another folder now.
        if (this.#folders.has(file)) this.#suspects.add(file);
        const touched = [file, folder, ...(this.#links.get(file) ?? [])].filter((one) =>
          this.#contents.has(one),
        );
        for (const one of touched) this.#touched.add(one);
        if (isSuspect || touched.length > 0 || this.#awaited.has(file)) this.#settleLater();
      });
      watcher.on("error", () => {
        this.#suspects.add(folder);
        this.#settleLater();
      });
      this.#folders.set(folder, watcher);
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { folder, code, message };
    }
  }

  #settleLater(): void {
    if (this.#isClosed) return;
    const now = performance.now();
    this.#touchedAt ??= now;
    if (now - this.#touchedAt > LONGEST_SETTLE_MS) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), SETTLE_MS);
  }

  #settle(): void {
    this.#touchedAt = undefined;
    const files = this.#watchFolders() ? this.#contents.keys() : this.#touched;
    const changed = [...files].filter((file) => this.#isChanged(file));
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

/** The nearest folder of each that is there, which is itself where it is one, and what is missing there on the way to it. */
function nearestFolders(files: Iterable<string>): { folders: Set<string>; awaited: Set<string> } {
  const nearest = new Map<string, string>();
  const awaited = new Set<string>();
  const find = (at: string): string => {
    const known = nearest.get(at);
    if (known !== undefined) return known;
    const above = path.dirname(at);
    const stats = statOf(at);
    const found = stats?.isDirectory() || above === at ? at : find(above);
    if (stats === undefined && found === above) awaited.add(at);
    nearest.set(at, found);
    return found;
  };
  return { folders: new Set([...files].map(find)), awaited };
}

/** Those that are links, by where they lead. */
function linkedFiles(files: Iterable<string>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of files) {
    const target = targetOf(file);
    if (target !== undefined) found.set(target, [...(found.get(target) ?? []), file]);
  }
  return found;
}

/** Undefined for what is no link, or leads nowhere. */
function targetOf(file: string): string | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ? realpathSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function digest(file: string): string {
  const stats = statOf(file);
  try {
    if (stats === undefined) return "absent";
    if (stats.isDirectory())
      return readdirSync(file)
        .filter((name) => !isPassing(name))
        .sort()
        .concat(targetOf(file) ?? [])
        .join("/");
    if (stats.size > MOST_READ) return `${stats.size} ${stats.mtimeMs}`;
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return "absent";
  }
}
