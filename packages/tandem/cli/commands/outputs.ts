/** `npm run outputs`: what a deployed stack consists of and how to reach it. */
import path from "node:path";
import { deployedInformation } from "../../review/outputs/deployed-information.ts";
import { stackOutputs } from "../../review/outputs/stack-outputs.ts";
import { common, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions("outputs", args, {
    stack: common.deployedStack,
    json: common.json,
    cwd: common.cwd,
    verbose: common.verbose,
  });
  const outputs = await stackOutputs(path.resolve(options.cwd), options.stack);
  console.log(options.json ? JSON.stringify(outputs, null, 2) : deployedInformation(outputs));
  return 0;
}
