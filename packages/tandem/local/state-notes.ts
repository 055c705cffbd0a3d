/** Looks after the folder of a run that is up: notes what a run that is killed cannot seal, and finds out when the folder was removed. */
import { existsSync } from "node:fs";
import { UserError } from "../shared/user-error.js";
import { note } from "./seal.ts";
import type { StateFolder } from "./state-folder.ts";

/** How often. */
const NOTE_MS = 2_000;

/**
 * @param lost called once, when the run has its folder no more
 * @param interval in milliseconds
 */
export function keepNotes(
  state: Pick<StateFolder, "isHeld" | "path">,
  log: (line: string) => void,
  lost: (error: UserError) => void,
  interval = NOTE_MS,
): NodeJS.Timeout {
  let isReported = false;
  const timer = setInterval(() => {
    if (!state.isHeld) {
      clearInterval(timer);
      lost(whyLost(state.path));
      return;
    }
    try {
      note(state.path);
    } catch (error) {
      // The stores say for themselves what they cannot write.
      if (!isReported) log(`Damage after a crash would not be found: ${(error as Error).message}.`);
      isReported = true;
    }
  }, interval);
  return timer.unref();
}

function whyLost(folder: string): UserError {
  const what = existsSync(folder) ? `The lock of this run in ${folder}` : `The folder ${folder}`;
  return new UserError(
    `${what} was removed while the run was up: what its stores have written since is lost. Start again; to begin with empty stores there is npm start -- --reset.`,
  );
}
