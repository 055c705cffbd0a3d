/** Runs in the process of the test, where no process is what is tested: what fails shows in the same words. */
import assert from "node:assert/strict";
import { LocalRun, type RunOptions } from "../../../local/run.ts";
import { UserError } from "../../../shared/user-error.js";
import type { ProjectCopy } from "../start/support.ts";

/** The lines of a run that comes up, and is stopped. */
export async function ranOnce(
  { path: cwd }: Pick<ProjectCopy, "path">,
  options: Partial<RunOptions> = {},
): Promise<string> {
  const lines: string[] = [];
  const run = await LocalRun.open({ cwd, stack: "dev", log: (line) => lines.push(line), ...options });
  await run.stop();
  return lines.join("\n");
}

/** Why a run cannot be, in the words that a person is told. */
export async function refusal(
  project: Pick<ProjectCopy, "path">,
  options: Partial<RunOptions> = {},
): Promise<string> {
  const error = await ranOnce(project, options).catch((error: unknown) => error);
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}
