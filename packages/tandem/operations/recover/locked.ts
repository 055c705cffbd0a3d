/** Runs a command of the CLI that locks the stack, and takes away a lock whose owner is gone. */

import { hostname } from "node:os";
import { isAlive } from "../../shared/is-alive.js";
import { UserError } from "../../shared/user-error.js";
import { type CommandResult, type RunOptions, runPulumi } from "../pulumi.ts";
import { runHealing } from "./backend.ts";

const OWNER = /created by \S+@(\S+) \(pid (\d+)\)/g;

export async function runLocking(
  args: readonly string[],
  stack: string,
  options: RunOptions,
  log: (line: string) => void,
): Promise<CommandResult> {
  const result = await runHealing(args, options, log);
  if (!result.output.includes("the stack is currently locked")) return result;
  const owners = [...result.output.matchAll(OWNER)].map(([, host, pid]) => ({ host, pid: Number(pid) }));
  const gone = owners.length > 0 && owners.every(({ host, pid }) => host === hostname() && !isAlive(pid));
  if (!gone) {
    throw new UserError(
      `${result.output.trim()}\nWhen nobody is at it any more: npm run pulumi -- cancel --stack ${stack} --yes, then this again.`,
    );
  }
  log(`The lock of process ${owners.map(({ pid }) => pid).join(", ")}, which is gone, is taken away.`);
  await runPulumi(["cancel", "--stack", stack, "--yes"], options);
  return runHealing(args, options, log);
}
