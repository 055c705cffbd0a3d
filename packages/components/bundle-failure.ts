/** Says which functions cannot be built, and where, when esbuild refuses. */
import type { BuildFailure, Message } from "esbuild";
import { Mistake } from "./mistake.ts";

interface Requested {
  functionName: string;
  entry: string;
}

export function explainFailure(error: unknown, requested: Requested[]): unknown {
  if (!isBuildFailure(error)) return error;
  return new Mistake(error.errors.map((message) => explain(message, requested)).join("\n"));
}

function explain(message: Message, requested: Requested[]): string {
  const { location, text } = message;
  if (!location) return `Functions cannot be built: ${text}`;
  const place = `${location.file}:${location.line}:${location.column + 1}`;
  const functions = requested.filter((request) => request.entry === location.file);
  const who =
    functions.length > 0
      ? `Function "${functions.map((request) => request.functionName).join('", "')}"`
      : "A file that functions share";
  return `${who} cannot be built: ${place}: ${text}`;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
