/** Everything the doctor looks at outside the project, so that a test can give it another machine. */
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { promisify } from "node:util";
import { findOnPath } from "../find-on-path.ts";

export interface Environment {
  /** Folder that holds Pulumi.yaml. */
  cwd: string;
  environment: NodeJS.ProcessEnv;
  /** Whether a server answers at all. */
  answers(url: string): Promise<boolean>;
}

const LONGEST_ANSWER_MS = 3_000;
const LONGEST_VERSION_MS = 10_000;

const execute = promisify(execFile);

export function thisMachine(cwd: string): Environment {
  return { cwd, environment: process.env, answers };
}

export function homeFolder({ HOME, USERPROFILE }: NodeJS.ProcessEnv): string {
  return HOME || USERPROFILE || homedir();
}

/** What a program on the PATH says of its version; undefined when there is none, or it does not run. */
export async function versionOf(
  name: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const file = findOnPath(name, environment);
  if (file === undefined) return undefined;
  try {
    const { stdout } = await execute(file, args, { env: environment, timeout: LONGEST_VERSION_MS });
    return /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim();
  } catch {
    return undefined; // a program that does not run is as good as none
  }
}

/** Whether a version is at least another one, part by part. */
export function isAtLeast(version: string, least: string): boolean {
  const parts = (text: string) => text.split(".").map(Number);
  const [have, want] = [parts(version), parts(least)];
  for (const [index, part] of want.entries()) {
    const difference = (have[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
    return true;
  } catch {
    return false; // no network, or none that leads there
  }
}
