/** A local run, or another server, as a process of its own: for measurements from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** A run that has not answered by then never will. */
const PATIENCE_MS = 120_000;

export interface StartOptions {
  command: string;
  args: string[];
  cwd: string;
  /** Where it will listen. */
  port: number;
  /** Path that must answer 200. */
  path: string;
  /** Nothing of what it prints is shown. */
  quiet?: boolean;
  /** What it prints first is kept for `says`; without it nothing is read. */
  reads?: boolean;
  /** Where what it prints is written. */
  file?: string;
}

/** Of what is printed; the rest is read and forgotten. */
const MOST_KEPT = 65_536;

export class StartedRun {
  readonly url: string;
  /** From the command to the first 200, in ms. */
  readonly firstAnswerMs: number;
  readonly #child: ChildProcess;
  readonly #printed: readonly string[];

  static async start({
    command,
    args,
    cwd,
    port,
    path,
    quiet,
    reads,
    file,
  }: StartOptions): Promise<StartedRun> {
    const log = file === undefined ? undefined : openSync(file, "w");
    const started = performance.now();
    const child = spawn(command, args, {
      cwd,
      stdio: ["ignore", log ?? (reads ? "pipe" : "ignore"), quiet ? "ignore" : "inherit"],
      detached: true,
    });
    if (log !== undefined) closeSync(log);
    const printed: string[] = [];
    let kept = 0;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      if (kept < MOST_KEPT) printed.push(text);
      kept += text.length;
    });
    const url = `http://127.0.0.1:${port}`;
    while (!((await listens(port)) && (await answers(`${url}${path}`)))) {
      if (child.exitCode !== null || performance.now() - started > PATIENCE_MS)
        throw new Error(`no answer from ${url}${path}`);
      await sleep(5);
    }
    return new StartedRun(child, url, performance.now() - started, printed);
  }

  private constructor(child: ChildProcess, url: string, firstAnswerMs: number, printed: readonly string[]) {
    this.#child = child;
    this.#printed = printed;
    this.url = url;
    this.firstAnswerMs = firstAnswerMs;
  }

  /** Of a run that is read: waits until it has printed this. */
  async waitForOutput(pattern: RegExp): Promise<RegExpExecArray> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const found = pattern.exec(this.#printed.join(""));
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`it has not printed ${pattern}`);
      await sleep(20);
    }
  }

  /** Resident memory of the run and all its processes, in MB. */
  get memory(): number {
    return Math.round(
      processTree(this.#child.pid as number).reduce((sum, pid) => sum + residentMegabytes(pid), 0),
    );
  }

  /** Processor time of the main thread until now, in µs. The kernel counts it in nanoseconds, and the wait for a processor apart. */
  get mainThreadMicroseconds(): number {
    const pid = this.#child.pid as number;
    return Number(readProcess(`${pid}/task/${pid}/schedstat`).split(" ")[0]) / 1_000;
  }

  /** Open files and sockets of the run and all its processes. */
  get handles(): number {
    const pids = processTree(this.#child.pid as number);
    return pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
  }

  /** Id of the run's process with such a command line; undefined when there is none now. */
  processOf(command: RegExp): number | undefined {
    return processTree(this.#child.pid as number).find((pid) => command.test(commandOf(pid)));
  }

  /** Ends the run alone and at once, as `kill -9` does: what it started has to notice by itself. */
  async kill(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** Ctrl-C; gives the time until the process is gone, in ms. */
  async stop(): Promise<number> {
    const started = performance.now();
    process.kill(-(this.#child.pid as number), "SIGINT");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return performance.now() - started;
  }
}

/** @param npm through `npm start`, as a person does, and not the script alone. */
export async function startLocalRun({
  cwd,
  path,
  npm = false,
  args: more = [],
  node = [],
  reads = false,
  file,
}: {
  cwd: string;
  path: string;
  /** Further options of the command. */
  args?: string[];
  npm?: boolean;
  /** Options of node itself. */
  node?: string[];
  reads?: boolean;
  file?: string;
}): Promise<StartedRun> {
  const port = await freePort();
  const options = ["--cwd", cwd, "--port", String(port), ...more];
  const [command, args] = npm
    ? ["npm", ["start", "--silent", "--", ...options]]
    : [process.execPath, [...node, "packages/tandem/cli/tandem.js", "start", ...options]];
  return StartedRun.start({
    command,
    args,
    cwd: root,
    port,
    path,
    reads,
    ...(file === undefined ? {} : { file }),
  });
}

/** Ends the run whatever becomes of the work. */
export async function whileRunning<T>(
  starting: Promise<StartedRun>,
  work: (run: StartedRun) => Promise<T>,
): Promise<T> {
  const run = await starting;
  try {
    return await work(run);
  } finally {
    await run.stop();
  }
}

/** Asked first, because a request that finds nobody costs the processor ten times as much. */
function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
  }).then((does) => {
    socket.destroy();
    return does as boolean;
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false; // nobody listens yet
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function processTree(pid: number): number[] {
  const children = readProcess(`${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

const commandOf = (pid: number): string => readProcess(`${pid}/cmdline`);

/** Empty for a process that has just ended. */
function readProcess(file: string): string {
  try {
    return readFileSync(`/proc/${file}`, "utf8");
  } catch {
    return "";
  }
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readProcess(`${pid}/status`))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
