/** For commands that look into a local run: the one that is up, or a word on how to start it. */
import path from "node:path";
import type { RunStatus } from "../local/state-folder.ts";
import { UserError } from "../shared/user-error.js";
import { DEFAULT_STACK } from "./options.ts";

interface Program {
  /** Folder of the program. */
  cwd: string;
  stack: string;
}

export async function runThatIsUp({ cwd, stack }: Program): Promise<RunStatus> {
  const folder = path.resolve(cwd);
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
  const folder = path.resolve(cwd) === process.cwd() ? "" : ` --cwd ${path.relative(process.cwd(), cwd)}`;
  const options = folder + (stack === DEFAULT_STACK ? "" : ` --stack ${stack}`);
  return options === "" ? "" : ` --${options}`;
}
