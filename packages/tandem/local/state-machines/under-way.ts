/** Which executions are under way, so that the next start can say which of them a run that was killed has lost. */
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export class UnderWay {
  readonly #folder: string;

  /** @param folder one file an execution: two that begin at once do not meet */
  constructor(folder: string) {
    this.#folder = path.join(folder, "under-way");
    mkdirSync(this.#folder, { recursive: true });
  }

  /** ARNs of those that an earlier run has left; they are forgotten then. */
  takeLeft(): string[] {
    return readdirSync(this.#folder).map((name) => {
      const file = path.join(this.#folder, name);
      const arn = readFileSync(file, "utf8");
      rmSync(file);
      return arn;
    });
  }

  begun(arn: string): void {
    try {
      writeFileSync(this.#file(arn), arn);
    } catch (error) {
      // A full disk leaves an empty file.
      this.ended(arn);
      throw error;
    }
  }

  ended(arn: string): void {
    rmSync(this.#file(arn), { force: true });
  }

  #file(arn: string): string {
    return path.join(this.#folder, createHash("sha256").update(arn).digest("hex"));
  }
}
