/** Writes a file in one step: a process that reads it meanwhile sees the old one or the new. */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

export function writeByRename(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}
