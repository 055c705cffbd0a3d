/** Drives the whole `npm start` as a person does: a process of its own, its output, its port, Ctrl-C. */
import assert from "node:assert/strict";
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type RunStatus, StateFolder } from "../../../local/state-folder.ts";
import { withSettings } from "../../../scaffold/stack-file.ts";
import { PATIENCE_MS } from "../../support/patience.ts";

const root = path.resolve(import.meta.dirname, "../../../../..");

const fixtures = path.resolve(import.meta.dirname, "../../fixtures/local");

/** A program in a folder of its own, so that a test may change its files and has a `.local/` to itself. */
export class ProjectCopy {
  readonly path: string;

  /** The one in a folder of tests/fixtures/local, or in an absolute folder of which some parts are wanted. */
  constructor(program: string, parts: readonly string[] = ["."]) {
    this.path = realpathSync(mkdtempSync(path.join(tmpdir(), "tandem-start-")));
    symlinkSync(path.join(root, "node_modules"), path.join(this.path, "node_modules"));
    for (const part of parts) {
      cpSync(path.resolve(fixtures, program, part), path.join(this.path, part), { recursive: true });
    }
  }

  /** These packages alone, in place of all of the checkout's: a comparison links each package, and copies the bundles beside them. */
  install(...names: string[]): void {
    const packages = path.join(this.path, "node_modules");
    rmSync(packages);
    mkdirSync(packages);
    for (const name of names)
      symlinkSync(path.join(root, "node_modules", name), path.join(packages, name), "junction");
  }

  edit(file: string, change: (text: string) => string): void {
    const name = path.join(this.path, file);
    const before = readFileSync(name, "utf8");
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${file} changes nothing`);
    writeFileSync(name, after);
  }

  /** Sets a value of stack dev. */
  configure(key: string, value: unknown): void {
    const name = /^name: *(\S+)/m.exec(readFileSync(path.join(this.path, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
    this.edit("Pulumi.dev.yaml", (text) => withSettings(text, name, [[key, value]]));
  }

  write(file: string, text: string): void {
    writeFileSync(path.join(this.path, file), text);
  }

  /** Of its run of stack dev, which is up. */
  async status(): Promise<RunStatus> {
    const found = await new StateFolder(this.path, "dev").running();
    return found ?? assert.fail("no run answers on its control address");
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export class StartedProcess {
  readonly child: ChildProcess;
  #stdout = "";
  #stderr = "";

  constructor(project: ProjectCopy, args: string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const all = ["packages/tandem/cli/tandem.js", "start", "--cwd", project.path, "--port", "0", ...args];
    this.child = this.spawn(all, { cwd: root, env: { ...process.env, ...environment } });
    this.child.stdout?.on("data", (chunk) => {
      this.#stdout += chunk;
    });
    this.child.stderr?.on("data", (chunk) => {
      this.#stderr += chunk;
    });
  }

  protected spawn(args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn(process.execPath, args, options);
  }

  get stdout(): string {
    return stripVTControlCharacters(this.#stdout);
  }

  get stderr(): string {
    return stripVTControlCharacters(this.#stderr);
  }

  /** Address of the API, once the run is ready; empty when the program declares none. */
  async ready(): Promise<string> {
    const [, url = ""] = await this.waitForOutput(/^Ready(?: on (http:\S+))?\. /m);
    return url;
  }

  /** Waits until the pattern stands in what was printed after `from`. */
  async waitForOutput(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const match = pattern.exec(this.stdout.slice(from));
      if (match) return match;
      const ended = this.child.exitCode !== null || this.child.signalCode !== null;
      if (ended || Date.now() > deadline) {
        throw new Error(`${ended ? "ended" : "waited"} without ${pattern}:\n${this.stdout}\n${this.stderr}`);
      }
      await sleep(20);
    }
  }

  /** Ends it as Ctrl-C does; gives the exit code. */
  interrupt(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    this.child.kill(signal);
    return this.exit();
  }

  async exit(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "close");
    return this.child.exitCode;
  }

  /** For the end of a test: nothing is left, whatever happened. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill("SIGTERM");
    const gone = once(this.child, "close");
    if ((await Promise.race([gone, sleep(5_000, "stuck")])) === "stuck") this.child.kill("SIGKILL");
    await gone;
  }
}

/** Leads a group of its own, which a terminal's Ctrl-C reaches as a whole. */
export class StartedGroup extends StartedProcess {
  protected override spawn(args: readonly string[], options: SpawnOptions): ChildProcess {
    return spawn(process.execPath, args, { ...options, detached: true });
  }

  override interrupt(): Promise<number | null> {
    if (this.child.pid === undefined) throw new Error("it was not started");
    process.kill(-this.child.pid, "SIGINT");
    return this.exit();
  }
}

/** As in a terminal of a person. */
export class StartedInTerminal extends StartedProcess {
  /** `script` of util-linux, which every Linux has; that of other systems takes other options. */
  static readonly isPossible = process.platform === "linux";

  protected override spawn(args: readonly string[], options: SpawnOptions): ChildProcess {
    const command = [process.execPath, ...args].map((word) => `'${word}'`).join(" ");
    // In the place of the shell: one that waits for its command is ended by Ctrl-C as well, and that is then the status.
    return spawn("script", ["-qec", `exec ${command}`, "/dev/null"], options);
  }

  override interrupt(): Promise<number | null> {
    this.child.stdin?.write("\x03");
    return this.exit();
  }
}

export async function call(
  url: string,
  method = "GET",
  body?: unknown,
): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

/** Ids of all processes that descend from this one. */
export function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Waits until none of the processes is left; fails by naming those that stay. */
export async function gone(pids: readonly number[]): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(20)) {
    const left = pids.filter(isAlive);
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`processes are left: ${left.join(", ")}`);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
