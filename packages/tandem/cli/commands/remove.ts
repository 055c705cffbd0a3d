/** `npm run remove`: the exact reverse of `npm run new`, and a whole subject with all that is called after it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { format } from "../../scaffold/format.ts";
import { describePlan, type FilePlan, writePlan } from "../../scaffold/plan.ts";
import { NotUnderstood, ProgramFile } from "../../scaffold/program-file.ts";
import { planRemoval, type Removable, removable } from "../../scaffold/remove.ts";
import { UserError } from "../../shared/user-error.js";
import { common, parseOptions } from "../options.ts";
import { ownProject } from "../own-project.ts";
import { main as graph } from "./graph.ts";
import { main as openapi } from "./openapi.ts";

export async function main(args: string[]): Promise<number> {
  const { positionals } = parseOptions("remove", args, { verbose: common.verbose }, 2);
  const [kind, name] = positionals;
  if (!removable.includes(kind as Removable) || name === undefined) {
    throw new UserError(
      `What is to go? ${JSON.stringify(positionals.join(" "))} does not say: ${removable.join(", ")}, and its name.\nExplained by: npm run remove -- --help`,
    );
  }
  const root = ownProject();
  const files = plan(root, kind as Removable, name);
  writePlan(root, files);
  format(
    root,
    files.filter(({ state, file }) => state !== "gone" && file.endsWith(".ts")).map(({ file }) => file),
  );
  console.log(describePlan(files).join("\n"));
  await openapi(["--cwd", root]);
  // A service may have no pictures.
  if (existsSync(path.join(root, "docs"))) await graph(["--cwd", root]);
  console.log(
    "\n`npm test` checks it; `npm run diff` shows what it takes from the cloud, where data goes with it.",
  );
  return 0;
}

function plan(root: string, kind: Removable, name: string): FilePlan[] {
  try {
    return planRemoval(new ProgramFile(root), kind, name);
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    throw new UserError(`index.ts has not ${error.message}; nothing was written. Remove it by hand.`);
  }
}
