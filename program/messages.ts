/** What the recording process and its parent say to each other. */
import type { Position } from "./errors.ts";
import type { Recording } from "./recording.ts";
import type { SessionOptions } from "./session.ts";

/** Everything the child needs; answers given as functions stay behind, only plain ones cross. */
export interface Job {
  session: Omit<SessionOptions, "invokes"> & { invokes: Record<string, Record<string, unknown>> };
  /** The program's main file, absolute. */
  main: string;
  /** False: handlers are named in their archives, not bundled. */
  bundle: boolean;
}

export type Report =
  | { type: "recorded"; recording: Recording }
  | { type: "failed"; reason: string; position?: Position; stack?: string };
