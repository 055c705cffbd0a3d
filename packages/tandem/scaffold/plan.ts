/** What a scaffold is going to write: everything is decided first, then everything is written, or nothing. */

import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import path from "node:path";
import { UserError } from "../shared/user-error.js";
import { writeByRename } from "../shared/write-by-rename.ts";

export interface FilePlan {
  /** Path from the project's folder. */
  file: string;
  text: string;
  /** `new` must not exist yet, `changed` must; `gone` is taken away. */
  state: "new" | "changed" | "gone";
}

export const gone = (file: string): FilePlan => ({ file, text: "", state: "gone" });

export function writePlan(folder: string, plan: readonly FilePlan[]): void {
  for (const { file, state } of plan) {
    if (state === "new" && existsSync(path.join(folder, file))) {
      throw new UserError(
        `${file} exists already; nothing was written. Choose another name, or move that file away.`,
      );
    }
  }
  for (const { file, text, state } of plan) {
    if (state === "gone") {
      takeAway(folder, file);
      continue;
    }
    writeByRename(path.join(folder, file), text);
  }
}

/** With the folders that nothing is left in. */
function takeAway(root: string, file: string): void {
  rmSync(path.join(root, file));
  let folder = path.dirname(file);
  while (folder !== "." && readdirSync(path.join(root, folder)).length === 0) {
    rmdirSync(path.join(root, folder));
    folder = path.dirname(folder);
  }
}

const verbs = { new: "wrote  ", changed: "changed", gone: "removed" };

/** What was done, for a person. */
export function describePlan(plan: readonly FilePlan[]): string[] {
  return plan.map(({ file, state }) => `  ${verbs[state]}  ${file}`);
}
