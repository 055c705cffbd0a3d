/** Records one stack of a program, with what its recording does not hold. */
import { recordProgram } from "../../program/record-program.ts";
import type { Recording, Values } from "../../program/recording.ts";
import { stacksOf } from "../../program/stack-files.ts";
import { findProjectFile } from "../../shared/own-project.ts";
import type { Contents } from "../values/canonical.ts";
import { contentsOf } from "./contents.ts";
import { encryptedConfig } from "./encrypted-config.ts";

export interface Recorded {
  recording: Recording;
  contents: Contents;
  encrypted: Values;
}

/** Undefined for a folder that holds no such program or stack. */
export async function recordStack(folder: string, stack: string): Promise<Recorded | undefined> {
  if (findProjectFile(folder) === undefined) return undefined;
  const stacks = stacksOf(folder);
  if (stacks.length > 0 && !stacks.includes(stack)) return undefined;
  const recording = await recordProgram({ cwd: folder, stack });
  return { recording, contents: contentsOf(recording), encrypted: encryptedConfig(folder, stack) };
}
