/** Where in the program's own files an error arose. */
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Position } from "./errors.ts";

export interface Failure {
  reason: string;
  position?: Position;
  stack?: string;
}

/** @param project folder whose files are the program; frames of packages and of Node are passed over */
export function describeFailure(thrown: unknown, project: string): Failure {
  if (!(thrown instanceof Error))
    return { reason: `The program threw ${String(thrown)}, which is not an Error` };
  const stack = thrown.stack ?? "";
  const position = framePosition(stack, project);
  return {
    reason: thrown.message.replace(SERIALIZING, ""),
    stack,
    ...(position === undefined ? {} : { position }),
  };
}

/** What the SDK puts before an error once for every resource that waited for the failed value. */
const SERIALIZING = /^(?:error serializing property "[^"]*": )+/;

/** This folder: where the project being recorded is the recorder's own, its frames are still not the program's. */
const RECORDER = import.meta.dirname;

const FRAME = /^\s*at .*?\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/;

function framePosition(stack: string, project: string): Position | undefined {
  for (const line of stack.split("\n")) {
    const [, place, row, column] = FRAME.exec(line) ?? [];
    if (place === undefined) continue;
    const file = place.startsWith("file:") ? fileURLToPath(place) : resolve(place);
    const parts = relative(project, file).split(sep);
    if (parts[0] === ".." || parts.includes("node_modules") || dirname(file) === RECORDER) continue;
    return { file, line: Number(row), column: Number(column) };
  }
  return undefined;
}
