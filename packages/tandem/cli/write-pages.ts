/** What is made of a program and kept beside it: its pictures, and the description of its API. */
import path from "node:path";
import type { Recording } from "../program/recording.ts";
import { picturesOf } from "../review/graph/pictures.ts";
import { generateDescription } from "../review/openapi/generate.ts";
import { writeByRename } from "../shared/write-by-rename.ts";

export function writePictures(recording: Recording, folder: string): void {
  for (const [name, svg] of picturesOf(recording)) {
    const file = path.join(folder, name);
    writeByRename(file, svg);
    console.log(`${path.relative(process.cwd(), file)} written`);
  }
}

export async function writeDescription(cwd: string, recording: Recording): Promise<void> {
  for (const [file, content] of await generateDescription(cwd, recording)) {
    writeByRename(path.join(cwd, file), content);
    console.log(`${file} written`);
  }
}
