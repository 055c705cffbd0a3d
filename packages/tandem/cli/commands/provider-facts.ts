/** `npm run provider-facts`: reads the installed SDKs' comments anew and writes what they say of replacements and sets. */

import { factsFile, renderFacts } from "../../review/provider-facts/from-comments.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  parseOptions("provider-facts", args, {});
  writeByRename(factsFile, renderFacts());
  console.log(`Wrote ${factsFile}.`);
  return 0;
}
