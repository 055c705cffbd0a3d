/** What the recording process and its parent say to each other. */
import type { Failure } from "./failure.ts";
import type { GivenAnswer } from "./invokes/invoke-answer.ts";
import type { CompilerOptions } from "./project.ts";
import type { Recording } from "./recording.ts";
import type { SessionOptions } from "./session.ts";

/** Everything the child needs; answers given as functions stay behind, only plain ones cross. */
export interface Job {
  session: Omit<SessionOptions, "invokes"> & { invokes: Record<string, GivenAnswer> };
  /** The program's main file, absolute. */
  main: string;
  /** True: the program is compiled instead of stripped (program/compatible.ts). */
  compile: boolean;
  compiler: CompilerOptions;
  /** Whether classes and functions of providers are stood in for (program/postpone.ts). */
  standIns: boolean;
  /** False: handlers are named in their archives, not bundled. */
  bundle: boolean;
}

export type Report = { type: "recorded"; recording: Recording } | ({ type: "failed" } & Failure);
