/**
 * The process that a program is recorded in. To boot it takes as long as to read a command's options, so it may be begun
 * before anybody knows which program it will be given.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compileCache, sibling } from "../shared/places.js";

/**
 * All that a program loads stays, and is copied twice by V8 as long as its young generation is small: a tenth of the time
 * of a recording.
 */
const YOUNG_GENERATION = "--min-semi-space-size=32";

export interface Surroundings {
  /** What the project wants Node to be started with. */
  nodeArguments: readonly string[];
  /** Where Pulumi starts Node. */
  folder: string;
  /** Variables besides those of this process. */
  environment?: Record<string, string> | undefined;
  /** Kills the process. */
  signal?: AbortSignal | undefined;
}

let ahead: ChildProcess | undefined;

/** Boots one for the next recording. It ends with this process if there is none. */
export function bootRecorderAhead(): ChildProcess {
  const booted = start({ nodeArguments: [], folder: process.cwd() });
  // Where it cannot be started, whoever asks for one starts another, and is told why.
  booted.on("error", () => {});
  keepsAlive(booted, false);
  ahead = booted;
  return booted;
}

/** One that has recorded nothing. It goes to the program's folder by itself. */
export function recorderProcess(surroundings: Surroundings): ChildProcess {
  const { nodeArguments, environment, signal } = surroundings;
  const booted = ahead;
  const isAsked = nodeArguments.length > 0 || environment !== undefined || signal !== undefined;
  if (booted === undefined || isAsked || !booted.connected) return start(surroundings);
  ahead = undefined;
  keepsAlive(booted, true);
  return booted;
}

function start({ nodeArguments, folder, environment, signal }: Surroundings): ChildProcess {
  return fork(fileURLToPath(sibling(import.meta.url, "child")), {
    env: { ...process.env, ...environment, NODE_COMPILE_CACHE: compileCache },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Bundled code is megabytes of text, and stands in inputs and outputs: this way it is sent once, and not escaped.
    serialization: "advanced",
    cwd: folder,
    // Not this process's own: a test runner's or a debugger's flags are no business of the program. `child.ts` takes the first one away.
    execArgv: [YOUNG_GENERATION, ...nodeArguments],
    ...(signal === undefined ? {} : { signal, killSignal: "SIGKILL" as const }),
  });
}

function keepsAlive(child: ChildProcess, keeps: boolean): void {
  const change = keeps ? "ref" : "unref";
  for (const handle of [child, child.channel, child.stdout, child.stderr])
    (handle as { ref(): void; unref(): void } | null | undefined)?.[change]();
}
