/** `npm run graph`: draws the program as it is declared, and its dashboard where it has one. */
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { picturesOf } from "../../review/graph/pictures.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("graph", args, {
    stack: { ...common.stack, default: "prod" },
    out: { type: "string", does: "Folder that the pictures are written into", default: "docs" },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const folder = path.resolve(cwd, options.out);
  const recording = await recordProgram({ cwd, stack: options.stack, bundle: false });
  for (const [name, svg] of picturesOf(recording)) {
    const file = path.join(folder, name);
    writeByRename(file, svg);
    console.log(`${path.relative(process.cwd(), file)} written`);
  }
  return 0;
}
