/** `npm run openapi`: writes the API description and the collection of requests anew. */
import path from "node:path";
import { parseOptions } from "../../local/options.ts";
import { writeByRename } from "../../local/write-by-rename.ts";
import { generateDescription } from "../openapi/generate.ts";

const usage = "npm run openapi -- [--cwd folder]";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(usage, args, {
    cwd: { type: "string", default: "." },
    verbose: { type: "boolean", default: false },
  });
  const root = path.resolve(options.cwd);
  for (const [file, content] of await generateDescription(root)) {
    writeByRename(path.join(root, file), content);
    process.stdout.write(`${file} written\n`);
  }
  return 0;
}
