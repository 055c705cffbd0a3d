/** The log of a function: JSON lines with the request's id; the level comes from POWERTOOLS_LOG_LEVEL. */
import { Logger } from "@aws-lambda-powertools/logger";

export const logger = new Logger();

/** What may be logged of an error, for it and everything that caused it. */
export interface LoggedError {
  name: string;
  code?: string;
  message?: string;
  frames?: string[];
  cause?: LoggedError;
}

/**
 * Messages of these never hold data of a request or a connection string. Others may (a parser quotes its input, a
 * store the value it refuses), so of them only name, code and place are logged.
 */
const TELLING = new Set([
  "AccessDeniedException",
  "ResourceNotFoundException",
  "MongooseServerSelectionError",
  "MongoServerSelectionError",
  "StoreUnavailable",
  "TimeoutError",
]);

export function describeError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  const code = "code" in error && error.code !== undefined ? String(error.code) : undefined;
  return {
    name,
    ...(code && { code }),
    ...(TELLING.has(name) && { message }),
    frames:
      stack
        ?.split("\n")
        .filter((line) => /^\s+at /.test(line))
        .map((line) => line.trim())
        .slice(0, 10) ?? [],
    ...(cause !== undefined && { cause: describeError(cause) }),
  };
}
