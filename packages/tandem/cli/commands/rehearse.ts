/** `npm run rehearse -- --stack prod`: all that can be known of a deployment before there is an account. */
import path from "node:path";
import type { Step } from "../../operations/rehearse/engine-run.ts";
import { rehearse } from "../../operations/rehearse/rehearse.ts";
import { stackToJudge } from "../../program/stack-files.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";

const marks = { right: "✓", wrong: "✗", open: "-" };

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("rehearse", args, {
    stack: common.stackToJudge,
    "without-engine": { type: "boolean", does: "Leave out what needs the Pulumi CLI", default: false },
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const cwd = path.resolve(options.cwd);
  const { steps, open } = await rehearse(cwd, options.stack ?? stackToJudge(cwd), {
    engine: !options["without-engine"],
    onStep: (step) => console.log(asTyped(render(step))),
    onWait: (what) => console.log(`… ${what}`),
  });
  if (open.length > 0)
    console.log(asTyped(["", "Only an account tells", ...open.map((line) => `  ${line}`)].join("\n")));
  return steps.some(({ state }) => state === "wrong") ? 1 : 0;
}

function render({ name, state, lines }: Step): string {
  const [first = "", ...more] = lines;
  return [`${marks[state]} ${name}: ${first}`, ...more.map((line) => `    ${line}`)].join("\n");
}
