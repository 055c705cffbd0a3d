/** What went wrong in a program, and where in its own files. */
import { dirname, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect, types } from "../shared/node-util.ts";
import type { Position } from "./errors.ts";

export interface Failure {
  reason: string;
  position?: Position;
  stack?: string;
  /** Whether the program may run all the same where it is compiled instead of stripped (program/compatible.ts). */
  compilable: boolean;
}

/** What esbuild throws: one entry for each error it found. */
interface CompileError extends Error {
  errors: { text: string; location: { file: string; line: number; column: number } | null }[];
}

/** @param project folder whose files are the program; frames of packages and of Node are passed over */
export function describeFailure(thrown: unknown, project: string): Failure {
  if (!isError(thrown))
    return { reason: `The program threw ${shown(thrown)}, which is not an Error`, compilable: false };
  // A program may give its errors whatever it likes.
  const stack = typeof thrown.stack === "string" ? thrown.stack : "";
  const compilable = isCompilable(thrown);
  if (isCompileError(thrown)) return { ...compileFailure(thrown), compilable };
  const reason = reasonOf(thrown).replace(SERIALIZING, "");
  if (isRunError(thrown)) return { reason, stack, compilable: false };
  const position = ownPosition(thrown) ?? headPosition(stack) ?? framePosition(stack, project);
  return { reason, stack, compilable, ...(position === undefined ? {} : { position }) };
}

/** Of a realm of its own (`node:vm`) as well. */
function isError(thrown: unknown): thrown is Error {
  return thrown instanceof Error || types.isNativeError(thrown);
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return inspect(value, { customInspect: false, breakLength: Number.POSITIVE_INFINITY });
}

/** Errors around errors; a circle ends somewhere. */
const MOST_CAUSES = 4;

/** With what it was caused by: of a connection that fails the message alone says `fetch failed`, or nothing. */
function reasonOf(error: Error, depth = MOST_CAUSES): string {
  const { message, cause, errors } = error as Error & { errors?: unknown };
  const own = typeof message === "string" ? message : shown(message);
  const others = Array.isArray(errors) && own === "" ? errors : [cause];
  const causes = depth === 0 ? [] : others.filter(isError).map((other) => reasonOf(other, depth - 1));
  const unsaid = causes.filter((text) => text !== "" && !own.includes(text));
  return [own, unsaid.join("; ")].filter((text) => text !== "").join(": ") || String(error.name);
}

/** What the SDK puts before an error once for every resource that waited for the failed value. */
const SERIALIZING = /^(?:error serializing property "[^"]*": )+/;

/** Node's codes for what it leaves to compilers and bundlers. */
const COMPILABLE = new Set([
  "ERR_MODULE_NOT_FOUND",
  "MODULE_NOT_FOUND",
  "ERR_UNSUPPORTED_DIR_IMPORT",
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_REQUIRE_ASYNC_MODULE",
]);

/** Syntax errors are among them because a compiler alone tells file and line of each. */
function isCompilable(error: Error): boolean {
  if (error.name === "SyntaxError") return true;
  return COMPILABLE.has((error as NodeJS.ErrnoException).code ?? "");
}

/** The SDK's error for a message to the user: it says all there is to say, and where it was thrown is of no use to them. */
function isRunError(error: Error): boolean {
  return "__pulumiRunError" in error;
}

function isCompileError(error: Error): error is CompileError {
  return "errors" in error && Array.isArray(error.errors) && "warnings" in error;
}

function compileFailure({ message, errors }: CompileError): Omit<Failure, "compilable"> {
  const [first] = errors;
  if (first?.location == null) return { reason: message };
  const { file, line, column } = first.location;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  // esbuild counts columns from zero.
  return { reason: first.text + others, position: { file: resolve(file), line, column: column + 1 } };
}

function ownPosition(error: Error): Position | undefined {
  return "position" in error ? (error.position as Position) : undefined;
}

/** Node puts the place of a syntax error before the stack: `file:///…:3`, the line, a marker. */
function headPosition(stack: string): Position | undefined {
  const [, place, line] = /^(file:\/\/\S+|\/\S+):(\d+)\n/.exec(stack) ?? [];
  return place === undefined ? undefined : { file: filePath(place), line: Number(line) };
}

/** This folder: where the project being recorded is the recorder's own, its frames are still not the program's. */
const RECORDER = import.meta.dirname;

const FRAME = /^\s*at .*?\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/;

function framePosition(stack: string, project: string): Position | undefined {
  for (const line of stack.split("\n")) {
    const [, place, row, column] = FRAME.exec(line) ?? [];
    if (place === undefined) continue;
    const file = filePath(place);
    if (isOfProgram(file, project)) return { file, line: Number(row), column: Number(column) };
  }
  return undefined;
}

/** Whether a file is the program's own, none of a package's. */
export function isOfProgram(file: string, project: string): boolean {
  const parts = relative(project, file).split(sep);
  return parts[0] !== ".." && !parts.includes("node_modules") && dirname(file) !== RECORDER;
}

function filePath(place: string): string {
  return place.startsWith("file:") ? fileURLToPath(place) : resolve(place);
}
