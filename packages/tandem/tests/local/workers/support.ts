/** A run with nothing but functions, from a few lines of JavaScript each. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createAddresses } from "../../../local/addresses.ts";
import { anyPorts } from "../../../local/kept-ports.ts";
import type { LocalContext } from "../../../local/service.ts";
import type { DeadLetterAttributes } from "../../../local/workers/event-queue.ts";
import type { WorkersOptions } from "../../../local/workers/options.ts";
import { WorkerService } from "../../../local/workers/service.ts";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { recordedProgram } from "../../support/recordings.ts";
import { resource } from "../iam/recordings.ts";

export { resource };

export const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;

export function archive(files: Record<string, string>): Value {
  const assets = Object.entries(files).map(([file, text]): [string, Value] => [file, { $: "asset", text }]);
  return { $: "archive", assets: Object.fromEntries(assets) };
}

/** A function with this text as index.js, and whatever else the test is about. */
export function lambda(name: string, code: string, inputs: Values = {}): RecordedResource {
  const all = {
    name,
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: "arn:aws:iam::123456789012:role/test",
    code: archive({ "index.js": code }),
    ...inputs,
  };
  return resource("aws:lambda/function:Function", name, all, { arn: functionArn(name) });
}

/**
 * Code of one function that does whichever its event names as `does`, for a function more is a thread more.
 * @param handlers expressions, by what they do
 */
export function doing(handlers: Record<string, string>): string {
  const each = Object.entries(handlers).map(([name, handler]) => `${name}: ${handler}`);
  return `const does = { ${each.join(", ")} }; exports.handler = (...given) => does[given[0].does](...given);`;
}

/** Likewise, with this text as index.py. */
export function python(name: string, code: string, inputs: Values = {}): RecordedResource {
  return lambda(name, "", { runtime: "python3.12", code: archive({ "index.py": code }), ...inputs });
}

export function recordingOf(cwd: string, resources: RecordedResource[]): Recording {
  return recordedProgram(resources, { cwd });
}

export interface TestRun {
  workers: WorkerService;
  context: LocalContext;
  /** Log lines of all functions so far; complete after `workers.stop()`. */
  lines: string[];
  /** What was delivered to destinations. */
  delivered: { destination: string; record: string; attributes?: DeadLetterAttributes }[];
  /** What the run told the person at the terminal. */
  reported: string[];
  folder: string;
  recording(resources: RecordedResource[]): Recording;
  close(): Promise<void>;
}

export async function startRun(
  resources: RecordedResource[],
  options: Partial<WorkersOptions> = {},
  recording?: Recording,
): Promise<TestRun> {
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-workers-"));
  const lines: string[] = [];
  const delivered: TestRun["delivered"] = [];
  const reported: string[] = [];
  const workers = new WorkerService({
    credentialsOf: () => ({ accessKeyId: "AKIALOCALTEST", secretAccessKey: "secret", sessionToken: "local" }),
    onLog: (_name, line) => lines.push(line),
    deliver: async (destination, record, attributes) => {
      delivered.push({ destination, record, ...(attributes ? { attributes } : {}) });
    },
    retryDelays: [1, 1],
    throttleDelay: 1,
    ...options,
  });
  const context: LocalContext = {
    recording: recording ?? recordingOf(folder, resources),
    dataFolder: (service) => path.join(folder, service),
    log: (line) => reported.push(line),
    signal: new AbortController().signal,
    addresses: createAddresses(),
    ports: anyPorts,
  };
  const close = async () => {
    await workers.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const run = {
    workers,
    context,
    lines,
    delivered,
    reported,
    folder,
    close,
    recording: (list: RecordedResource[]) => recordingOf(folder, list),
  };
  try {
    workers.prepare();
    await workers.start(context);
  } catch (error) {
    await close();
    throw error;
  }
  return run;
}
