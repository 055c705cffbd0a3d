/** Asks the Pulumi CLI for the outputs of a deployed stack. */

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Values } from "../../program/recording.ts";
import { UserError } from "../../shared/user-error.js";

const run = promisify(execFile);

/** Secrets stay what the CLI makes of them: `[secret]`. */
export async function stackOutputs(cwd: string, stack: string): Promise<Values> {
  const args = ["stack", "output", "--json", "--stack", stack, "--non-interactive"];
  try {
    const { stdout } = await run("pulumi", args, { cwd });
    return JSON.parse(stdout) as Values;
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") {
      throw new UserError(
        "The Pulumi CLI is not on the PATH, and only it can reach the state of a deployed stack. " +
          "Install it as https://www.pulumi.com/docs/install/ says.",
      );
    }
    throw new UserError(`pulumi ${args.join(" ")} failed: ${(stderr || message).trim()}`);
  }
}
