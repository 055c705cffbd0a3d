/** Records the stacks of one program, a few at a time. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording, Values } from "../../program/recording.ts";
import type { Contents } from "../diff/code.ts";
import { contentsOf } from "./contents.ts";
import { encryptedConfig } from "./encrypted-config.ts";
import { stacksOf } from "./stacks.ts";

export interface Recorded {
  recording: Recording;
  contents: Contents;
  encrypted: Values;
}

/** Undefined for a folder that holds no such program or stack. */
export async function recordStack(folder: string, stack: string): Promise<Recorded | undefined> {
  const isThere = existsSync(path.join(folder, "Pulumi.yaml")) && stacksOf(folder).includes(stack);
  if (!isThere) return undefined;
  const recording = await recordProgram({ cwd: folder, stack });
  return { recording, contents: contentsOf(recording), encrypted: encryptedConfig(folder, stack) };
}

/** As many at once as there are processors: a recording keeps one busy. */
export function limited(): <T>(task: () => Promise<T>) => Promise<T> {
  let free = availableParallelism();
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
