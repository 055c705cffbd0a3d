/**
 * What files of a program were compiled to, kept between recordings beside V8's cache: TypeScript takes longer to load than
 * a small program takes to be recorded, and most files are as they were the last time.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../shared/places.js";
import { writeByRename } from "../shared/write-by-rename.ts";

const FOLDER = join(cacheFolder, "commonjs");
/** Files; beyond them all go: those that are still in use come again with the next recording. */
const MOST_KEPT = 2_000;

/** After the code: a crash of the machine cuts files that were written last, and a program without its end is another program. */
const END = "\n// whole";

export class KeptCode {
  readonly #folder: string;
  readonly #compiler: string;
  readonly #most: number;

  /** @param compiler all that code depends on but the file itself: versions, options, this package's own way to compile */
  constructor(compiler: unknown, folder = FOLDER, most = MOST_KEPT) {
    this.#compiler = JSON.stringify(compiler);
    this.#folder = folder;
    this.#most = most;
  }

  /** @param name of the file, with its extension; the code names it */
  of(name: string, source: string, compile: () => string): string {
    const hash = createHash("sha256")
      .update(JSON.stringify([this.#compiler, name, source]))
      .digest("hex");
    const file = join(this.#folder, `${hash}.js`);
    const kept = readKept(file);
    if (kept !== undefined) return kept;
    const code = compile();
    try {
      writeByRename(file, code + END);
      this.#bound();
    } catch {
      // Nothing is kept where nothing may be written.
    }
    return code;
  }

  #bound(): void {
    if (readdirSync(this.#folder).length > this.#most) rmSync(this.#folder, { recursive: true });
  }
}

function readKept(file: string): string | undefined {
  try {
    const text = readFileSync(file, "utf8");
    return text.endsWith(END) ? text.slice(0, -END.length) : undefined;
  } catch {
    return undefined; // nothing is kept of it
  }
}
