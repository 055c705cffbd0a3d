/**
 * Waits for a program that does a command's work. A signal that reaches this process alone (from npm, a process manager,
 * `kill`) is passed on; without it the program would go on without anybody.
 * @param {import("node:child_process").ChildProcess} child
 * @param {NodeJS.Signals[]} signals those that are passed on; of the others SIGINT is left to the program itself
 * @returns {Promise<number>} its exit code
 */
export function untilExit(child, signals = ["SIGINT", "SIGTERM", "SIGHUP"]) {
  const passOn = (/** @type {NodeJS.Signals} */ signal) => {
    if (signals.includes(signal)) child.kill(signal);
  };
  const handled = /** @type {NodeJS.Signals[]} */ ([...new Set([...signals, "SIGINT"])]);
  for (const signal of handled) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 1)));
  }).finally(() => {
    for (const signal of handled) process.off(signal, passOn);
  });
}
