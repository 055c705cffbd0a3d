/** Records one stack of a program, with what its recording does not hold. */
import { existsSync } from "node:fs";
import path from "node:path";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording, Values } from "../../program/recording.ts";
import type { Contents } from "../values/canonical.ts";
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
