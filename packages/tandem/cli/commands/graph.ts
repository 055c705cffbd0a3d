/** `npm run graph`: draws the program as it is declared, and its dashboard where it has one. */
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { picturesOf } from "../../review/graph/pictures.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { parseOptions } from "../options.ts";

const usage = "npm run graph -- [--stack prod] [--out docs] [--cwd folder]";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(usage, args, {
    stack: { type: "string", default: "prod" },
    out: { type: "string", default: "docs" },
    cwd: { type: "string", default: "." },
    verbose: { type: "boolean", default: false },
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
