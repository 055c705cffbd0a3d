/** `npm run openapi`: writes the API description and the collection of requests anew. */
import path from "node:path";
import { generateDescription } from "../../review/openapi/generate.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("openapi", args, {
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const root = path.resolve(options.cwd);
  for (const [file, content] of await generateDescription(root)) {
    writeByRename(path.join(root, file), content);
    process.stdout.write(`${file} written\n`);
  }
  return 0;
}
