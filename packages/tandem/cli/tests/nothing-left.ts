/**
 * A server, process, connection or timer that a file of tests leaves behind fails that file: mocha ends no process by
 * force. What all files of a process share is said by `shareWithOtherFiles` and ends with the process.
 */
import { ChildProcess } from "node:child_process";
import { Server, Socket } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Ends come a little after what asked for them: connections close, processes are reaped. */
const patienceMs = Number(process.env.LEFT_BEHIND_AFTER_MS ?? 30_000);
const LOOK_EVERY_MS = 50;
/** A process that something keeps alive ends by itself all the same: when its report is written. */
const LAST_WORDS_MS = 2_000;

const before = new WeakSet<object>();
let timersBefore = 0;
let sharedPorts: number[] | undefined;

/** Whatever was started until now, and all connections to it. */
export function shareWithOtherFiles(ports: number[]): void {
  sharedPorts = ports;
  remember();
}

export const mochaHooks = {
  beforeAll(): void {
    remember();
    timersBefore = timers();
  },
  async afterAll(this: Mocha.Context): Promise<void> {
    this.timeout(2 * patienceMs);
    // Of mocha's own timer for this hook, which it starts when this first waits.
    let own = 0;
    for (const deadline = Date.now() + patienceMs; left(own).length > 0 && Date.now() < deadline; own = 1)
      await sleep(LOOK_EVERY_MS, undefined, { ref: false });
    const found = left(own);
    if (found.length > 0 || sharedPorts !== undefined) endAfterReport();
    if (found.length === 0) return;
    for (const handle of handles()) {
      if (handle instanceof ChildProcess && !before.has(handle)) handle.kill("SIGKILL");
    }
    const files = this.test?.parent?.suites.map(({ file }) => path.relative(process.cwd(), file ?? ""));
    throw new Error(`${[...new Set(files)].join(", ")} left behind: ${found.join("; ")}`);
  },
};

/** Of a run without these hooks, e.g. an editor's, in which all files ran in this process. */
export function endWithWhatIsShared(): void {
  if (sharedPorts !== undefined) endAfterReport();
}

function remember(): void {
  for (const handle of handles()) before.add(handle);
}

/** Each for a person: a server's port, a process's command. */
function left(ownTimers: number): string[] {
  const more = handles().filter((handle) => !before.has(handle) && !isShared(handle));
  // A driver of a shared store watches it by timers.
  const waiting = sharedPorts === undefined ? timers() - timersBefore - ownTimers : 0;
  return [...more.map(described), ...(waiting > 0 ? [`${waiting} timers`] : [])];
}

function isShared(handle: object): boolean {
  if (!(handle instanceof Socket)) return false;
  return [handle.localPort, handle.remotePort].some((port) => sharedPorts?.includes(port ?? 0));
}

function described(handle: object): string {
  if (handle instanceof Server) return `a server on ${JSON.stringify(handle.address())}`;
  if (handle instanceof ChildProcess) return `process ${handle.pid}, ${handle.spawnargs.join(" ")}`;
  if (handle instanceof Socket && handle.remotePort !== undefined)
    return `a connection to ${handle.remotePort}`;
  return `a ${handle.constructor.name}`;
}

/** What keeps this process alive. Node documents the kinds alone (`getActiveResourcesInfo`), of which nobody learns which it is. */
function handles(): object[] {
  const { _getActiveHandles: all } = process as unknown as { _getActiveHandles(): object[] };
  return all.call(process);
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

/** Only where all files run in this process: workers of mocha are ended by it. */
function endAfterReport(): void {
  if (process.env.MOCHA_WORKER_ID === undefined) setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
}
