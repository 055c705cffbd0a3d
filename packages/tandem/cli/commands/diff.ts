/** `npm run diff`: what the working tree's program would change, compared with another revision's. */

import path from "node:path";
import { renderJson } from "../../review/report/json.ts";
import { renderMarkdown } from "../../review/report/markdown.ts";
import { hasChanges } from "../../review/report/report.ts";
import { renderText } from "../../review/report/text.ts";
import { compareRevisions } from "../../review/revision/compare-revisions.ts";
import { UserError } from "../../shared/user-error.js";
import { asTyped } from "../as-typed.js";
import { common, explainedBy, parseOptions } from "../options.ts";

/** As `diff` itself says it, and other than 1, which is a failure. */
const CHANGED = 2;

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("diff", args, {
    base: { type: "string", does: "Revision to compare with", default: "main" },
    stack: { type: "string", does: "Stack to compare, or all", default: "all" },
    json: common.json,
    markdown: { type: "boolean", does: "Answer as Markdown, as a pull request shows it", default: false },
    "exit-code": { type: "boolean", does: "Exit code 2 when something changes", default: false },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  if (options.json && options.markdown) {
    throw new UserError(`Only one of --json and --markdown can be asked for.\n${explainedBy("diff")}`);
  }
  const report = await compareRevisions({
    cwd: path.resolve(options.cwd),
    base: options.base,
    stack: options.stack,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const render = options.json ? renderJson : options.markdown ? renderMarkdown : renderText;
  const text = options.json ? render(report) : asTyped(render(report));
  process.stdout.write(`${text.trimEnd()}\n`);
  // There is a report all the same: whoever reads it learns what does not run, and where.
  if (report.failures.length > 0) return 1;
  return options["exit-code"] && hasChanges(report) ? CHANGED : 0;
}
