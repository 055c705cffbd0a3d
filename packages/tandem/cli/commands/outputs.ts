/** `npm run outputs`: what a deployed stack consists of and how to reach it. */
import path from "node:path";
import { deployedInformation } from "../../review/outputs/deployed-information.ts";
import { stackOutputs } from "../../review/outputs/stack-outputs.ts";
import { parseOptions } from "../options.ts";

const usage = "npm run outputs -- [--stack dev] [--json] [--cwd folder]";

export async function main(args: string[]): Promise<number> {
  const options = parseOptions(usage, args, {
    stack: { type: "string", default: "dev" },
    json: { type: "boolean", default: false },
    cwd: { type: "string", default: "." },
    verbose: { type: "boolean", default: false },
  });
  const outputs = await stackOutputs(path.resolve(options.cwd), options.stack);
  console.log(options.json ? JSON.stringify(outputs, null, 2) : deployedInformation(outputs));
  return 0;
}
