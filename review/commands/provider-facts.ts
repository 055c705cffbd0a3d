/** `npm run provider-facts`: reads the installed SDKs' comments anew and writes what they say of replacements and sets. */
import { writeFileSync } from "node:fs";
import { parseOptions } from "../../local/options.ts";
import { factsFile, renderFacts } from "../provider-facts/said.ts";

const usage = "npm run provider-facts";

export async function main(args: string[]): Promise<number> {
  parseOptions(usage, args, {});
  writeFileSync(factsFile, renderFacts());
  console.log(`Wrote ${factsFile}.`);
  return 0;
}
