/** The person asks for the end: Ctrl-C, or a request of the system. */

/** Ctrl-C reaches a process up to three times: from the terminal, from npm and from the launcher. */
const ONE_CTRL_C_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Calls `end` once, at the first signal. One that comes after these copies ends the process at once. */
export function onInterrupt(end: () => void): void {
  let asked = false;
  const listen = () => {
    if (asked) return;
    asked = true;
    setTimeout(() => {
      for (const signal of SIGNALS) process.off(signal, listen);
    }, ONE_CTRL_C_MS).unref();
    end();
  };
  for (const signal of SIGNALS) process.on(signal, listen);
}
