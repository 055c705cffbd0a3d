/** Lambda's own log lines, and the way of all lines to whoever shows them. */
import type { FunctionSettings } from "./settings.ts";

/** Told of each line of a function's log, in order. */
export type LogListener = (functionName: string, line: string) => void;

/** Lines are handed over together: showing each one as it comes would cost more than the invocation. */
const FLUSH_AFTER_MS = 20;

export class Log {
  readonly #listener: LogListener;
  #pending: [functionName: string, line: string][] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: LogListener) {
    this.#listener = listener;
  }

  write(functionName: string, line: string): void {
    this.#pending.push([functionName, line]);
    this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#pending;
    this.#pending = [];
    for (const [functionName, line] of lines) this.#listener(functionName, line);
  }
}

export function startLine(requestId: string, { version }: Pick<FunctionSettings, "version">): string {
  return `START RequestId: ${requestId} Version: ${version}`;
}

export function endLine(requestId: string): string {
  return `END RequestId: ${requestId}`;
}

/** Not a line of Lambda's: it stands where the rest of an invocation's log would. */
export function leftOutLine({ bytes, writes }: { bytes: number; writes: number }): string {
  const [size, number] = [bytes, writes].map((count) => count.toLocaleString("en-US"));
  return `Left out by the local run: ${size} bytes of this log, in ${number} writes; of an invocation 1 MB is shown.`;
}

export interface Report {
  requestId: string;
  /** Milliseconds in the handler. */
  duration: number;
  /** Milliseconds of the cold start, where this was the worker's first invocation. */
  initDuration: number | undefined;
  memorySize: number;
  /** Bytes. */
  memoryUsed: number;
  /** Where the function did not come to an end by itself. */
  status?: "timeout" | "error";
  errorType?: string;
}

export function reportLine(report: Report): string {
  const { requestId, duration, initDuration, memorySize, memoryUsed, status, errorType } = report;
  const megabytes = Math.min(memorySize, Math.ceil(memoryUsed / 1_048_576));
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${duration.toFixed(2)} ms`,
    // The cold start is billed since August 2025.
    `Billed Duration: ${Math.ceil(duration + (initDuration ?? 0))} ms`,
    `Memory Size: ${memorySize} MB`,
    `Max Memory Used: ${megabytes} MB`,
  ];
  if (initDuration !== undefined) parts.push(`Init Duration: ${initDuration.toFixed(2)} ms`);
  if (status) parts.push(`Status: ${status}`);
  if (errorType) parts.push(`Error Type: ${errorType}`);
  return parts.join("\t");
}
