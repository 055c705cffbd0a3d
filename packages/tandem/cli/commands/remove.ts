/** `npm run remove`: the exact reverse of `npm run new`, and a whole subject with all that is called after it. */
import type { FilePlan } from "../../scaffold/plan.ts";
import { NotUnderstood, ProgramFile } from "../../scaffold/program-file.ts";
import { planRemoval, type Removable, removable } from "../../scaffold/remove.ts";
import { ownProject } from "../../shared/own-project.ts";
import { UserError } from "../../shared/user-error.js";
import { carryOut } from "../carry-out.ts";
import { common, explainedBy, parseOptions } from "../options.ts";

export async function main(args: string[]): Promise<number> {
  const asked = readRequest(args);
  const root = ownProject();
  await carryOut(root, plan(root, asked), true);
  console.log(
    "\n`npm test` checks it; `npm run diff` shows what it takes from the cloud, where data goes with it.",
  );
  return 0;
}

export const planRemove = (root: string, args: string[]): FilePlan[] => plan(root, readRequest(args));

function readRequest(args: string[]): { kind: Removable; name: string } {
  const { positionals } = parseOptions("remove", args, { verbose: common.verbose }, 2);
  const [kind, name] = positionals;
  if (!removable.includes(kind as Removable) || name === undefined) {
    throw new UserError(
      `What is to go? ${JSON.stringify(positionals.join(" "))} does not say: ${removable.join(", ")}, and its name.\n${explainedBy("remove")}`,
    );
  }
  return { kind: kind as Removable, name };
}

function plan(root: string, { kind, name }: { kind: Removable; name: string }): FilePlan[] {
  try {
    return planRemoval(new ProgramFile(root), kind, name);
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new UserError(`index.ts has not ${error.message}; nothing was written. Remove it by hand.`);
  }
}
