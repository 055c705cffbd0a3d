/** A folder with the handler files of a test, which is the program's folder while the test runs. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export class ProjectFolder {
  readonly path: string;
  readonly #before = process.cwd();

  constructor(files: Record<string, string>) {
    this.path = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-components-")));
    symlinkSync(path.join(this.#before, "node_modules"), path.join(this.path, "node_modules"));
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.path, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    process.chdir(this.path);
  }

  remove(): void {
    process.chdir(this.#before);
    rmSync(this.path, { recursive: true });
  }
}
