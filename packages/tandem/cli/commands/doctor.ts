/** `npm run doctor`: what is here and what is missing for the local run, the tests and a deployment. */
import path from "node:path";
import { askAws, stsOf } from "../../local/doctor/ask-aws.ts";
import { thisMachine } from "../../local/doctor/environment.ts";
import { examine } from "../../local/doctor/examine.ts";
import { canWorkHere, renderChecks } from "../../local/doctor/render.ts";
import { stacksOf, stackToRun } from "../../program/stack-files.ts";
import { asTyped } from "../as-typed.js";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("doctor", args, {
    stack: { type: "string", does: "Stack that is to be deployed" },
    online: { type: "boolean", does: "Ask AWS and Pulumi who you are", default: false },
    json: common.json,
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const environment = thisMachine(path.resolve(options.cwd));
  const checks = await examine(environment, {
    stack: options.stack ?? stackToRun(environment.cwd),
    deployed: options.stack === undefined ? stacksOf(environment.cwd) : [options.stack],
    askAws: options.online ? () => askAws(stsOf(environment.environment)) : undefined,
  });
  const works = canWorkHere(checks);
  console.log(options.json ? JSON.stringify({ works, checks }, null, 2) : asTyped(renderChecks(checks)));
  return works ? 0 : 1;
}
