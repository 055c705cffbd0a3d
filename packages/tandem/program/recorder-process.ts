/**
 * The process that a program is recorded in. To boot it takes as long as to read a command's options, so it may be begun
 * before anybody knows which program it will be given.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findProjectFile } from "../shared/own-project.ts";
import { compileCache, sibling } from "../shared/places.js";
import { environmentOfUser } from "../shared/utc-clock.ts";
import { notFollowed, splitWords } from "./node-arguments.ts";

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

interface Ahead {
  child: ChildProcess;
  nodeArguments: readonly string[];
  folder: string;
}

let ahead: Ahead | undefined;

/** What a project loads before the program may go on when nobody asks any more, and does not see that it should end. */
const running = new Set<ChildProcess>();
process.on("exit", endRecordings);

/** Who waits for one is told that its process has ended. */
export function endRecordings(): void {
  for (const child of running) child.kill("SIGKILL");
}

/**
 * Boots one for the next recording. It ends with this process if there is none.
 * @param folder that most likely holds the program
 * @returns undefined where it cannot be started: whoever asks for one starts another, and is told why
 */
export function bootRecorderAhead(folder: string): ChildProcess | undefined {
  const nodeArguments = guessedArguments(folder);
  try {
    const child = start({ nodeArguments, folder });
    child.on("error", () => {});
    keepsAlive(child, false);
    ahead = { child, nodeArguments, folder };
    return child;
  } catch {
    return undefined; // some failures, as a folder that is a file, are thrown
  }
}

/** One that has recorded nothing. It goes to the program's folder by itself. The one booted ahead ends where it does not fit: it would wait for as long as a run is up. */
export function recorderProcess(surroundings: Surroundings): ChildProcess {
  const booted = ahead;
  ahead = undefined;
  if (booted === undefined || !fits(booted, surroundings)) {
    booted?.child.kill("SIGKILL");
    return start(surroundings);
  }
  keepsAlive(booted.child, true);
  return booted.child;
}

/** Arguments may name files from the folder that Node was started in. */
function fits(
  { child, ...booted }: Ahead,
  { nodeArguments, folder, environment, signal }: Surroundings,
): boolean {
  const isSame =
    nodeArguments.join("\n") === booted.nodeArguments.join("\n") &&
    (nodeArguments.length === 0 || folder === booted.folder);
  // One that was killed is still connected for a moment.
  const isAlive =
    child.connected && child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  return isAlive && isSame && environment === undefined && signal === undefined;
}

const NODE_ARGUMENTS = /^\s*nodeargs:[ \t]*["']?(.*?)["']?[ \t]*([ \t]#.*)?$/m;

/** By the text alone: a parser of YAML takes as long to load as the process to boot. What was guessed is held against what is wanted. */
function guessedArguments(folder: string): string[] {
  try {
    const text = readFileSync(findProjectFile(folder) ?? "", "utf8");
    const [, nodeargs = ""] = NODE_ARGUMENTS.exec(text) ?? [];
    const words = splitWords(nodeargs);
    // Such a project is refused, and Node would wait for somebody.
    return notFollowed(words) === undefined ? words : [];
  } catch {
    return []; // whoever reads the project says what is wrong with it
  }
}

function start({ nodeArguments, folder, environment, signal }: Surroundings): ChildProcess {
  const child = fork(fileURLToPath(sibling(import.meta.url, "child")), {
    env: { ...environmentOfUser(), ...environment, NODE_COMPILE_CACHE: compileCache },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    // Bundled code is megabytes of text, and stands in inputs and outputs: this way it is sent once, and not escaped.
    serialization: "advanced",
    cwd: folder,
    // Not this process's own: a test runner's or a debugger's flags are no business of the program. `record-job.ts` takes the first one away.
    execArgv: [YOUNG_GENERATION, ...nodeArguments],
    ...(signal === undefined ? {} : { signal, killSignal: "SIGKILL" as const }),
  });
  running.add(child);
  for (const end of ["exit", "error"]) child.once(end, () => running.delete(child));
  return child;
}

function keepsAlive(child: ChildProcess, keeps: boolean): void {
  const change = keeps ? "ref" : "unref";
  for (const handle of [child, child.channel, child.stdout, child.stderr])
    (handle as { ref(): void; unref(): void } | null | undefined)?.[change]();
}
