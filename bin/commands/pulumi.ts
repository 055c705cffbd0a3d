/**
 * `npm run pulumi -- up --stack dev`: the Pulumi CLI with the pinned Node first on the PATH. The CLI runs the program on
 * whatever `node` it finds, and one older than 22.18 cannot read TypeScript.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { UserError } from "../../local/service.ts";

export function main(args: string[]): Promise<number> {
  const searchPath = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  const cli = spawn("pulumi", args, { stdio: "inherit", env: { ...process.env, PATH: searchPath } });
  // Ctrl-C reaches the CLI by itself, and it ends in its own time: a deployment is not to be cut off.
  const wait = () => {};
  process.on("SIGINT", wait);
  return new Promise<number>((resolve, reject) => {
    cli.once("error", (error) => reject(explain(error)));
    cli.once("exit", (status) => resolve(status ?? 1));
  }).finally(() => process.off("SIGINT", wait));
}

function explain(error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  return new UserError(
    "The Pulumi CLI is not on the PATH. How to install it: https://www.pulumi.com/docs/install/",
  );
}
