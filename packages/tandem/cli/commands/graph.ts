/** `npm run graph`: draws the program as it is declared, and its dashboard where it has one. */
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { stackToJudge } from "../../program/stack-files.ts";
import { common, parseOptions } from "../options.ts";
import { writePictures } from "../write-pages.ts";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("graph", args, {
    stack: common.stackToJudge,
    out: { type: "string", does: "Folder that the pictures are written into", default: "docs" },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const stack = options.stack ?? stackToJudge(cwd);
  const recording = await record({ cwd, stack, bundle: false });
  writePictures(recording, path.resolve(cwd, options.out));
  return 0;
}
