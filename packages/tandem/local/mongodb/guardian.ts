/**
 * Ends a server that does not notice by itself that its run was killed: a shell that waits for the end of its input, which
 * this process alone holds. It ends with the server.
 */
import { type ChildProcess, spawn } from "node:child_process";

const WAIT_AND_END = 'read -r _; kill -TERM "$1"';

export function guardServer(server: ChildProcess): void {
  // Windows has no such shell; there the next start ends what is left.
  if (server.pid === undefined || process.platform === "win32") return;
  const guardian = spawn("/bin/sh", ["-c", WAIT_AND_END, "guardian", String(server.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a shell the next start ends what is left, too.
  guardian.once("error", () => {});
  server.once("exit", () => guardian.kill("SIGKILL"));
}
