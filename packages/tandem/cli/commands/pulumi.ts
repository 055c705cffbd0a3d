/**
 * `npm run pulumi -- up --stack dev`: the Pulumi CLI with the pinned Node first on the PATH. The CLI runs the program on
 * whatever `node` it finds, and one older than 22.18 cannot read TypeScript.
 */

import { spawn } from "node:child_process";
import path from "node:path";
import { UserError } from "../../shared/user-error.js";
import { helpOf } from "../options.ts";
import { untilExit } from "../until-exit.js";

export async function main(args: string[]): Promise<number> {
  // With more before it, it is help on a command of Pulumi's that is asked for.
  if (args[0] === "--help") throw helpOf("pulumi");
  const searchPath = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  const cli = spawn("pulumi", args, { stdio: "inherit", env: { ...process.env, PATH: searchPath } });
  // At a terminal Ctrl-C reaches the CLI by itself, and a second one makes it give up a deployment half-way.
  const passedOn: NodeJS.Signals[] = process.stdin.isTTY
    ? ["SIGTERM", "SIGHUP"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  return untilExit(cli, passedOn).catch((error: NodeJS.ErrnoException) => {
    throw explain(error);
  });
}

function explain(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  return new UserError(
    "The Pulumi CLI is not on the PATH. How to install it: https://www.pulumi.com/docs/install/",
  );
}
