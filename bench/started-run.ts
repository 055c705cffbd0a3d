/** A local run as a process of its own, for measurements from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
/** A run that has not answered by then never will. */
const patienceMs = 120_000;

export interface StartOptions {
  cwd: string;
  /** Path that must answer 200. */
  path: string;
  /** Through `npm start`, as a person does, and not the script alone. */
  npm?: boolean;
}

export class StartedRun {
  readonly url: string;
  /** From the command to the first 200, in ms. */
  readonly firstAnswerMs: number;
  readonly #child: ChildProcess;

  static async start({ cwd, path, npm = false }: StartOptions): Promise<StartedRun> {
    const port = await freePort();
    const args = ["--cwd", cwd, "--port", String(port)];
    const started = performance.now();
    const child = npm
      ? spawn("npm", ["start", "--silent", "--", ...args], {
          cwd: root,
          stdio: ["ignore", "ignore", "inherit"],
          detached: true,
        })
      : spawn(process.execPath, ["bin/tandem.js", "start", ...args], {
          cwd: root,
          stdio: ["ignore", "ignore", "inherit"],
          detached: true,
        });
    const url = `http://127.0.0.1:${port}`;
    while (!(await answers(`${url}${path}`))) {
      if (child.exitCode !== null || performance.now() - started > patienceMs)
        throw new Error(`no answer from ${url}${path}`);
      await sleep(5);
    }
    return new StartedRun(child, url, performance.now() - started);
  }

  private constructor(child: ChildProcess, url: string, firstAnswerMs: number) {
    this.#child = child;
    this.url = url;
    this.firstAnswerMs = firstAnswerMs;
  }

  /** Resident memory of the run and all its processes, in MB. */
  get memory(): number {
    return Math.round(
      processTree(this.#child.pid as number).reduce((sum, pid) => sum + residentMegabytes(pid), 0),
    );
  }

  /** Open files and sockets of the run and all its processes. */
  get handles(): number {
    const pids = processTree(this.#child.pid as number);
    return pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0);
  }

  /** Ctrl-C; gives the time until the process is gone, in ms. */
  async stop(): Promise<number> {
    const started = performance.now();
    process.kill(-(this.#child.pid as number), "SIGINT");
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return performance.now() - started;
  }
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
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean);
  return [pid, ...children.flatMap((child) => processTree(Number(child)))];
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}
