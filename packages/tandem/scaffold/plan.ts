/** What a scaffold is going to write: everything is decided first, then everything is written, or nothing. */

import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { UserError } from "../shared/user-error.js";
import { writeByRename } from "../shared/write-by-rename.ts";

export interface FilePlan {
  /** Path from the project's folder. */
  file: string;
  text: string;
  /** `new` must not exist yet, `changed` must. */
  state: "new" | "changed";
}

export function writePlan(folder: string, plan: readonly FilePlan[]): void {
  for (const { file, state } of plan) {
    if (state === "new" && existsSync(path.join(folder, file))) {
      throw new UserError(
        `${file} exists already; nothing was written. Choose another name, or move that file away.`,
      );
    }
  }
  for (const { file, text } of plan) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeByRename(path.join(folder, file), text);
  }
}

/** What was done, for a person. */
export function describePlan(plan: readonly FilePlan[]): string[] {
  return plan.map(({ file, state }) => `  ${state === "new" ? "wrote  " : "changed"}  ${file}`);
}
