/** `npm run diff`: what the working tree's program would change, compared with another revision's. */
import path from "node:path";
import { UserError } from "../../local/service.ts";
import { renderJson } from "../../review/report/json.ts";
import { renderMarkdown } from "../../review/report/markdown.ts";
import { hasChanges } from "../../review/report/report.ts";
import { renderText } from "../../review/report/text.ts";
import { compareRevisions } from "../../review/revision/compare-revisions.ts";
import { parseOptions } from "../options.ts";

const usage =
  "npm run diff -- [--base main] [--stack dev|prod|all] [--json | --markdown] [--exit-code] [--cwd folder]";

/** As `diff` itself says it, and other than 1, which is a failure. */
const CHANGED = 2;

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(usage, args, {
    base: { type: "string", default: "main" },
    stack: { type: "string", default: "all" },
    json: { type: "boolean", default: false },
    markdown: { type: "boolean", default: false },
    "exit-code": { type: "boolean", default: false },
    cwd: { type: "string", default: "." },
    verbose: { type: "boolean", default: false },
  });
  if (options.json && options.markdown) {
    throw new UserError(`Only one of --json and --markdown can be asked for.\nUsage: ${usage}`);
  }
  const report = await compareRevisions({
    cwd: path.resolve(options.cwd),
    base: options.base,
    stack: options.stack,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const render = options.json ? renderJson : options.markdown ? renderMarkdown : renderText;
  process.stdout.write(`${render(report).trimEnd()}\n`);
  // There is a report all the same: whoever reads it learns what does not run, and where.
  if (report.failures.length > 0) return 1;
  return options["exit-code"] && hasChanges(report) ? CHANGED : 0;
}
