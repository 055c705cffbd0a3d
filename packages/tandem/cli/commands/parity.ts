/** `npm run parity`: what the local run does with every resource of the program. Starts nothing. */
import path from "node:path";
import { countByState, groupByType, parityRows } from "../../local/parity.ts";
import { createServices } from "../../local/services.ts";
import { recordProgram } from "../../program/record-program.ts";
import { stackToRun } from "../../program/stack-files.ts";
import { table } from "../../shared/terminal.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[], record = recordProgram): Promise<number> {
  const options = parseOptions("parity", args, {
    stack: common.stackToRun,
    cwd: common.cwd,
    json: common.json,
    strict: { type: "boolean", does: "Exit code 1 when something is unsupported", default: false },
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const stack = options.stack ?? stackToRun(cwd);
  const recording = await record({ cwd, stack, bundle: false });
  const quiet = () => {};
  const { inOrder } = createServices({
    listen: { host: "127.0.0.1", port: 0 },
    log: quiet,
    reader: { line: quiet, request: quiet },
  });
  const rows = parityRows(recording, inOrder);
  const counts = countByState(rows);
  if (options.json) {
    console.log(JSON.stringify({ stack, counts, resources: rows }, null, 2));
  } else {
    const grouped = groupByType(rows);
    console.log(
      asTyped(
        table(grouped.map(({ state, count, type, reason }) => [state, String(count), type, reason])).join(
          "\n",
        ),
      ),
    );
    console.log(
      `\n${rows.length} resources of ${stack}: ${counts.realised} realised, ${counts["recorded only"]} recorded only, ${counts.unsupported} unsupported.`,
    );
  }
  return options.strict && counts.unsupported > 0 ? 1 : 0;
}
