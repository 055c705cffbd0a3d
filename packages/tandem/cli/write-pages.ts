/** What is made of a program and kept beside it: its pictures, and the description of its API. */
import path from "node:path";
import { recordProgram } from "../program/record-program.ts";
import { picturesOf } from "../review/graph/pictures.ts";
import { generateDescription } from "../review/openapi/generate.ts";
import { writeByRename } from "../shared/write-by-rename.ts";

export async function writePictures(cwd: string, stack: string, folder: string): Promise<void> {
  const recording = await recordProgram({ cwd, stack, bundle: false });
  for (const [name, svg] of picturesOf(recording)) {
    const file = path.join(folder, name);
    writeByRename(file, svg);
    console.log(`${path.relative(process.cwd(), file)} written`);
  }
}

export async function writeDescription(cwd: string): Promise<void> {
  for (const [file, content] of await generateDescription(cwd)) {
    writeByRename(path.join(cwd, file), content);
    console.log(`${file} written`);
  }
}
