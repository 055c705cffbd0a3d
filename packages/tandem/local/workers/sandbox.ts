/** Where the code of one worker runs, whatever its language: a thread of this process, or a process of its own. */
import type { Thread } from "./thread.ts";

export type Sandbox = Pick<
  Thread,
  "assign" | "call" | "begun" | "takeBack" | "memoryInUse" | "takeLeftOut" | "terminate"
>;
