/** What is known of a file, asked where it is no mistake that there is none. */
import fs, { type Stats } from "node:fs";

/** As Node gives it: what a recording watches (program/reads.ts) is what the program asks. */
const { statSync } = fs;

/** Undefined for what is not there, lies below a file, or where nobody may look. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
