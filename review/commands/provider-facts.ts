/** `npm run provider-facts`: reads the installed SDKs' comments anew and writes what they say of replacements and sets. */
import { parseOptions } from "../../local/options.ts";
import { writeByRename } from "../../local/write-by-rename.ts";
import { factsFile, renderFacts } from "../provider-facts/said.ts";

const usage = "npm run provider-facts";

export async function main(args: string[]): Promise<number> {
  parseOptions(usage, args, {});
  writeByRename(factsFile, renderFacts());
  console.log(`Wrote ${factsFile}.`);
  return 0;
}
