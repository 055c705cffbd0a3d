/** `npm run policies`: judges the recorded program of a stack by every rule. Exit code 1 when one is broken. */
import path from "node:path";
import { parseOptions } from "../../local/options.ts";
import { writeByRename } from "../../local/write-by-rename.ts";
import { recordProgram } from "../../program/record-program.ts";
import { check } from "../check.ts";
import { reportOf } from "../report.ts";
import { allRules } from "../rules/all.ts";
import { rulesPage } from "../rules-page.ts";

const usage = "npm run policies -- [--stack dev|prod] [--cwd folder] [--page]";

/** About the rules that stand here, whatever program they judge. */
const ownFolder = path.resolve(import.meta.dirname, "../..");
const page = "docs/policies.md";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(usage, args, {
    stack: { type: "string", default: "prod" },
    cwd: { type: "string", default: "." },
    page: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  });
  if (options.page) {
    writeByRename(path.join(ownFolder, page), rulesPage(allRules));
    console.log(`${page}: ${allRules.length} rules`);
    return 0;
  }
  const recording = await recordProgram({
    cwd: path.resolve(options.cwd),
    stack: options.stack,
    bundle: false,
  });
  const verdict = check(recording);
  console.log(reportOf(options.stack, verdict));
  return verdict.violations.length + verdict.waiverMistakes.length === 0 ? 0 : 1;
}
