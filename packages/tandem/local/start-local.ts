/** The local run for another program to call: what `tandem start` does, without a terminal. */
import path from "node:path";
import type { Recording } from "../program/recording.ts";
import type { ParityRow } from "./parity.ts";
import { LocalRun } from "./run.ts";

export interface StartOptions {
  /** Folder with Pulumi.yaml. */
  cwd: string;
  stack: string;
  /** Port of the first API; any free one unless given. */
  port?: number;
  /** Forget what earlier runs kept in `.local/`. */
  reset?: boolean;
  /** Refuse a program with resources that cannot be realised here; without it the rest is served. */
  strict?: boolean;
  /** Let functions reach addresses of the cloud. */
  allowCloud?: boolean;
  /** Told each line that a terminal would show; kept quiet unless given. */
  log?(line: string): void;
}

export interface LocalProgram {
  /** Address of the first API; empty where the program declares none. */
  url: string;
  recording: Recording;
  /** What becomes of each resource here. */
  parity: ParityRow[];
  /** Environment variables by which the stores are reached. */
  variables: Record<string, string>;
  /** Ends everything that was started; the data stays in `.local/`. */
  stop(): Promise<void>;
}

/** Everything is up when this resolves. Rejects with a `UserError` that tells what a person has to mend. */
export async function startLocal(options: StartOptions): Promise<LocalProgram> {
  const { port = 0, log = () => {}, ...rest } = options;
  const run = await LocalRun.open({
    ...rest,
    cwd: path.resolve(options.cwd),
    listen: { host: "127.0.0.1", port },
    keepGoing: true,
    log,
  });
  return {
    url: run.url,
    recording: run.recording,
    parity: run.parity,
    variables: run.status().variables,
    stop: () => run.stop(),
  };
}
