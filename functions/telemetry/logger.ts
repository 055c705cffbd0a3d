/** The log of a function: JSON lines with the request's id; the level comes from POWERTOOLS_LOG_LEVEL. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Logger } from "@aws-lambda-powertools/logger";
import { setting } from "../environment.ts";

export const logger = new Logger();

/** What is logged of an error, for it and everything that caused it. */
export interface LoggedError {
  name: string;
  code?: string;
  message?: string;
  /** Of the code that the frames are places of: `npm run where` finds the source by it. */
  bundle?: string;
  frames?: string[];
  cause?: LoggedError;
}

/**
 * Messages of these quote what a request brought or a store holds: a parser its input, a store the value that it refuses.
 * Of them name, code and place are logged; of all others the message too (packages/tandem/docs/decisions/121-errors-one-can-find.md).
 */
const QUOTING = new Set([
  "SyntaxError",
  "ValidationError",
  "CastError",
  "StrictModeError",
  "VersionError",
  "DocumentNotFoundError",
  "MongoServerError",
  "MongoBulkWriteError",
  "ValidationException",
  "TransactionCanceledException",
]);

const CREDENTIALS_IN_URL = /\b[\w+]+:\/\/[^\s/@]*@\S*/g;
/** Characters; a store may list thousands of addresses that it tried. */
const LONGEST_MESSAGE = 1_000;

export function describeError(error: unknown): LoggedError {
  const bundle = bundleHash();
  return { ...describe(error), ...(bundle && { bundle }) };
}

function describe(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, message, stack, cause } = error;
  const code = "code" in error && error.code !== undefined ? String(error.code) : undefined;
  return {
    name,
    ...(code && { code }),
    ...(!QUOTING.has(name) && { message: withoutCredentials(message).slice(0, LONGEST_MESSAGE) }),
    frames:
      stack
        ?.split("\n")
        .filter((line) => /^\s+at /.test(line))
        .map((line) => line.trim())
        .slice(0, 10) ?? [],
    ...(cause !== undefined && { cause: describe(cause) }),
  };
}

function withoutCredentials(message: string): string {
  return message.replace(CREDENTIALS_IN_URL, "(an address with credentials)");
}

let knownHash: string | undefined;

/** The beginning of the bundle's SHA-256; undefined where it is no bundle that runs. */
function bundleHash(): string | undefined {
  const folder = setting("LAMBDA_TASK_ROOT", "");
  if (folder === "") return undefined;
  knownHash ??= createHash("sha256")
    .update(readFileSync(path.join(folder, "index.js")))
    .digest("hex")
    .slice(0, 16);
  return knownHash;
}
