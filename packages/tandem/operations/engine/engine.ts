/**
 * A Pulumi engine as a person has it (the CLI on the PATH) with clouds of ours behind it: a state in a folder, a project in
 * another, and nothing that leaves this machine.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { projectFiles } from "../../scaffold/project-files.ts";
import { nearest, packageFolder, sibling } from "../../shared/places.js";
import type { CommandResult } from "../pulumi.ts";
import type { Pace } from "./cloud/cloud.ts";
import { type CloudResource, Store } from "./cloud/store.ts";

/** A module of `cloud/`, to be run as a process. */
const cloudFile = (name: string) => fileURLToPath(sibling(import.meta.url, `cloud/${name}`));

export interface Run extends Promise<CommandResult> {
  /** As a power cut would: the engine and all that it started. */
  kill(): void;
  readonly pid: number;
}

export function isEngineHere(): boolean {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, "pulumi"), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export class Engine {
  readonly folder = mkdtempSync(path.join(tmpdir(), "tandem-engine-"));
  readonly cloudFile = path.join(this.folder, "cloud", "cloud.jsonl");
  readonly backend = path.join(this.folder, "backend");
  readonly #clouds: ChildProcess[] = [];
  #providers = "";

  static async start(pace: Partial<Pace> = {}): Promise<Engine> {
    const engine = new Engine();
    mkdirSync(path.dirname(engine.cloudFile));
    mkdirSync(engine.backend);
    engine.#writeClis();
    const clouds = JSON.parse(
      await engine.#serve("clouds", path.dirname(engine.cloudFile), JSON.stringify(pace)),
    ) as Record<string, number>;
    const ports = { ...clouds, awsx: await engine.#serve("awsx") };
    engine.#providers = Object.entries(ports)
      .map(([name, port]) => `${name}:${port}`)
      .join(",");
    return engine;
  }

  async stop(): Promise<void> {
    for (const cloud of this.#clouds) {
      cloud.kill();
      if (cloud.exitCode === null && cloud.signalCode === null) await once(cloud, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A checkout of this project, or of another, in a folder of its own, as it stands now. */
  project(name: string, from = process.cwd()): string {
    const folder = path.join(this.folder, name);
    for (const file of projectFiles(from)) cpSync(path.join(from, file), path.join(folder, file));
    const packages = path.join(nearest(from, "node_modules") ?? from, "node_modules");
    symlinkSync(packages, path.join(folder, "node_modules"));
    return folder;
  }

  pulumi(cwd: string, ...args: string[]): Run {
    return this.#run("pulumi", [...args, "--non-interactive"], cwd, this.environment());
  }

  /** The same for another user: another home, and nothing of the first one's beside the state. */
  pulumiOfAnother(cwd: string, ...args: string[]): Run {
    const home = path.join(this.folder, "another");
    const other = { HOME: home, USER: "another", PULUMI_HOME: path.join(home, ".pulumi") };
    return this.#run("pulumi", [...args, "--non-interactive"], cwd, { ...this.environment(), ...other });
  }

  /** One of this project's own commands. */
  tandem(cwd: string, command: string, ...args: string[]): Run {
    // A copy of the checkout has a tool of its own, which gives the copy its name.
    const own = nearest(cwd, "packages/tandem/tandem.js");
    return this.#run(
      process.execPath,
      [path.join(own ? path.join(own, "packages/tandem") : packageFolder, "tandem.js"), command, ...args],
      cwd,
      this.environment(),
    );
  }

  /** A script of a workflow, as GitHub starts one. */
  script(cwd: string, text: string, env: NodeJS.ProcessEnv): Run {
    return this.#run("bash", ["-e", "-c", text], cwd, { ...this.environment(), ...env });
  }

  /** What the clouds hold now. */
  resourcesOf(): CloudResource[] {
    return new Store(this.cloudFile).all();
  }

  /** What a person does in a console, past the program: things are taken away, or are there otherwise. */
  byHand(): Pick<Store, "put" | "remove"> {
    return new Store(this.cloudFile);
  }

  #run(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Run {
    const child = spawn(program, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const result = { stdout: "", output: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result.stdout += text;
      result.output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      result.output += text;
    });
    const pid = child.pid ?? 0;
    const ended = new Promise<CommandResult>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => resolve({ status: status ?? 1, ...result }));
    });
    return Object.assign(ended, { pid, kill: () => killAll(pid) });
  }

  environment(): NodeJS.ProcessEnv {
    const { PATH, HOME, TMPDIR } = process.env;
    const searchPath = [path.join(this.folder, "bin"), path.dirname(process.execPath), PATH];
    return {
      ...{ HOME, TMPDIR, PATH: searchPath.join(path.delimiter) },
      PULUMI_HOME: path.join(this.folder, "home"),
      PULUMI_BACKEND_URL: `file://${this.backend}`,
      PULUMI_CONFIG_PASSPHRASE: "passphrase of the tests",
      PULUMI_DEBUG_PROVIDERS: this.#providers,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  }

  async #serve(file: string, ...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [cloudFile(file), ...args], {
      // Its input ends with this process, and with its input it ends: a killed test leaves none behind.
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#clouds.push(child);
    const [line] = (await Promise.race([once(child.stdout, "data"), once(child, "exit")])) as [
      Buffer | number,
    ];
    if (typeof line === "number") throw new Error(`${file} ended with ${line}`);
    return String(line).trim();
  }

  #writeClis(): void {
    const folder = path.join(this.folder, "bin");
    mkdirSync(folder);
    for (const program of ["aws", "atlas"]) {
      const file = path.join(folder, program);
      const command = [process.execPath, cloudFile("cli"), program, this.cloudFile];
      writeFileSync(file, `#!/bin/sh\nexec ${command.join(" ")} "$@"\n`);
      chmodSync(file, 0o755);
    }
  }
}

/** The engine first, so that it cannot tidy up; then what it started, which lives in groups of its own. */
function killAll(pid: number): void {
  const pids = [pid, ...descendants(pid)];
  for (const one of pids) {
    try {
      process.kill(one, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

function descendants(pid: number): number[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    all.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}
