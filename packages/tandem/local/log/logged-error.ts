/** An error as Lambda's runtime, Powertools, pino and handlers of one's own log it. */
import { isObject } from "../../shared/json.ts";

export interface LoggedError {
  name: string;
  message: string;
  /** Without the sentence that they begin with in a stack. */
  frames: string[];
  cause?: LoggedError;
}

/** Undefined where the value is no error. */
export function loggedError(value: unknown): LoggedError | undefined {
  if (!isObject(value)) return undefined;
  const name = value.errorType ?? value.name ?? value.type;
  const frames = framesOf(value.frames ?? value.stackTrace ?? value.stack ?? value.trace);
  if (typeof name !== "string" || (frames === undefined && value.errorType === undefined)) return undefined;
  const message = value.errorMessage ?? value.message ?? "";
  const cause = loggedError(value.cause);
  return { name, message: String(message), frames: frames ?? [], ...(cause ? { cause } : {}) };
}

function framesOf(stack: unknown): string[] | undefined {
  const lines = typeof stack === "string" ? stack.split("\n") : stack;
  if (!Array.isArray(lines)) return undefined;
  return lines.map((line) => String(line).trim()).filter((line) => line.startsWith("at "));
}
