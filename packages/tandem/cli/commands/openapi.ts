/** `npm run openapi`: writes the API description and the collection of requests anew. */
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import { recordGuarded } from "../../review/openapi/generate.ts";
import { common, parseOptions } from "../options.ts";
import { writeDescription } from "../write-pages.ts";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("openapi", args, {
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  await writeDescription(cwd, await recordGuarded(cwd, record));
  return 0;
}
