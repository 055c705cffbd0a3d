/** For commands that look into a local run: the one that is up, or a word on how to start it. */
import path from "node:path";
import type { RunStatus } from "../local/state-folder.ts";
import { stackToRun } from "../program/stack-files.ts";
import { UserError } from "../shared/user-error.js";

interface Program {
  /** Folder of the program. */
  cwd: string;
  stack: string;
}

/** As they are parsed: without a stack it is that which a start would take. */
interface RunOptions {
  cwd: string;
  stack?: string | undefined;
}

export async function runThatIsUp({ cwd, stack: named }: RunOptions): Promise<RunStatus> {
  const folder = path.resolve(cwd);
  const stack = named ?? stackToRun(folder);
  // A start reads its options by this module, and waits for each file that is loaded before the program's process is begun.
  const { StateFolder } = await import("../local/state-folder.ts");
  const run = await new StateFolder(folder, stack).running();
  if (run) return run;
  throw new UserError(
    `No local run of stack ${stack} is up in ${folder}. Start it in another terminal: npm start${sameProgram({ cwd: folder, stack })}`,
  );
}

/** How another command is told of the same program, e.g. ` -- --stack prod`. */
export function sameProgram({ cwd, stack }: Program): string {
  const folder = path.resolve(cwd);
  const where = folder === process.cwd() ? "" : ` --cwd ${path.relative(process.cwd(), folder)}`;
  const options = where + (stack === stackToRun(folder) ? "" : ` --stack ${stack}`);
  return options === "" ? "" : ` --${options}`;
}
