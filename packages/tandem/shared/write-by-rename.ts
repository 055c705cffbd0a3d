/** A file that is written whole or not at all: whoever reads it meanwhile sees the old one, a killed command leaves it. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "./make-folder.js";

export function writeByRename(file: string, content: string): void {
  makeFolder(path.dirname(file));
  const beside = `${file}.${process.pid}`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, file);
  } finally {
    rmSync(beside, { force: true });
  }
}
