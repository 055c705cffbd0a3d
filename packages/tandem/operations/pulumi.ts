/** Runs the Pulumi CLI on behalf of a command, with this Node first on the PATH: the program needs it. */

import { spawn } from "node:child_process";
import path from "node:path";
import { UserError } from "../shared/user-error.js";

export interface CommandResult {
  status: number;
  stdout: string;
  /** Both streams, as a person would have seen them. */
  output: string;
}

export interface RunOptions {
  cwd: string;
  /** Also given the person at the terminal, who can answer. */
  shown?: boolean;
}

/** Runs any program; one that is not there is undefined. */
export function runProgram(program: string, args: readonly string[], options: RunOptions) {
  const searchPath = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, PATH: searchPath },
    stdio: options.shown ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  const result = { stdout: "", output: "" };
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    result.stdout += chunk;
    result.output += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    result.output += chunk;
  });
  return new Promise<CommandResult | undefined>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ENOENT" ? resolve(undefined) : reject(error),
    );
    child.once("close", (status) => resolve({ status: status ?? 1, ...result }));
  });
}

export async function runPulumi(args: readonly string[], options: RunOptions): Promise<CommandResult> {
  const result = await runProgram("pulumi", args, options);
  if (result !== undefined) return result;
  throw new UserError(
    "The Pulumi CLI is not on the PATH. How to install it: https://www.pulumi.com/docs/install/",
  );
}

/** The command as a person types it here. */
export function inShell(args: readonly string[], program = "npm run pulumi --"): string {
  const quoted = args.map((arg) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`,
  );
  return [program, ...quoted].join(" ");
}
