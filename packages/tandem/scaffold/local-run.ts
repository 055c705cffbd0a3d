/** A local run that is up notices by itself what was added. Waited for here, so that what is typed next finds it. */
import { setTimeout as pause } from "node:timers/promises";
import { StateFolder } from "../local/state-folder.ts";
import { stackToRun } from "../program/stack-files.ts";

export interface Added {
  /** Output of the program that lists it. */
  kind: "functions" | "tables" | "buckets";
  name: string;
}

/** A reload takes some 100 ms, on a busy machine some seconds. */
const PATIENCE_MS = 20_000;
const BETWEEN_MS = 50;

/** What became of it in the local run, for a person. */
export async function stateOfLocalRun(root: string, added: Added, patience = PATIENCE_MS): Promise<string> {
  const state = new StateFolder(root, stackToRun(root));
  for (const end = Date.now() + patience; ; await pause(BETWEEN_MS)) {
    const run = await state.running();
    if (run === undefined) return "`npm start` runs it.";
    const known = run.outputs[added.kind];
    // A program that tells no such output cannot be asked.
    if (typeof known !== "object" || known === null) return "The local run takes it over.";
    if (added.name in known) return `The local run${run.url ? ` on ${run.url}` : ""} has it.`;
    if (Date.now() > end) return "The local run has not taken it over; it says why in its terminal.";
  }
}
