/** `npm run policies`: judges the recorded program of a stack by every rule. Exit code 1 when one is broken. */
import path from "node:path";
import { check } from "../../policies/check.ts";
import { reportOf } from "../../policies/report.ts";
import { allRules } from "../../policies/rules/all.ts";
import { rulesPage } from "../../policies/rules-page.ts";
import { waiversOf } from "../../policies/waivers.ts";
import { recordProgram } from "../../program/record-program.ts";
import { stacksOf, stackToJudge } from "../../program/stack-files.ts";
import { developersCheckout } from "../../shared/own-project.ts";
import { writeByRename } from "../../shared/write-by-rename.ts";
import { common, parseOptions, refuseCwd } from "../options.ts";

/** About the rules that stand here, whatever program they judge. */
const PAGE = "packages/tandem/docs/policies.md";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("policies", args, {
    stack: common.stackToJudge,
    cwd: common.cwd,
    page: { type: "boolean", does: `Write ${PAGE} instead`, default: false },
    verbose: common.verbose,
  });
  if (options.page) {
    refuseCwd("npm run policies -- --page", args);
    writeByRename(path.join(developersCheckout("npm run policies -- --page"), PAGE), rulesPage(allRules));
    console.log(`${PAGE}: ${allRules.length} rules`);
    return 0;
  }
  const cwd = path.resolve(options.cwd);
  const stack = options.stack ?? stackToJudge(cwd);
  const recording = await record({ cwd, stack, bundle: false });
  const verdict = check(recording, { waivers: await waiversOf(cwd), stacks: stacksOf(cwd) });
  console.log(reportOf(stack, verdict));
  return verdict.violations.length + verdict.waiverMistakes.length === 0 ? 0 : 1;
}
