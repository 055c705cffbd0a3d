/** A line of the log at the terminal: time, function, level, message, fields, in columns. */
import { paint } from "../../shared/terminal.ts";
import type { Level } from "./entry.ts";
import type { LoggedError } from "./logged-error.ts";

export interface Cells {
  /** ISO 8601. */
  time: string;
  function: string;
  level?: Level;
  /** In the place of the level, e.g. a status. */
  column?: string;
  message: string;
  fields: Record<string, unknown>;
  error?: LoggedError;
}

/** Width of the longest level. */
const LEVEL_WIDTH = 6;
const LONGEST_VALUE = 80;
const MOST_FRAMES = 8;
/** Below the message, behind time and a space. */
const INDENT = " ".repeat(13);

const COLORS: Partial<Record<Level, Parameters<typeof paint>[0]>> = {
  TRACE: "dim",
  DEBUG: "dim",
  WARN: "yellow",
  ERROR: "red",
  FATAL: "red",
};

export function levelOfStatus(status: number): Level {
  return status >= 500 ? "ERROR" : status >= 400 ? "WARN" : "INFO";
}

/** `nameWidth`: of the column of names. */
export function shownLine(
  { time, function: name, level, column, message, fields, error }: Cells,
  nameWidth: number,
): string {
  const color =
    level === undefined ? undefined : (COLORS[level] ?? (column === undefined ? undefined : "green"));
  const shownLevel = (column ?? level ?? "").padEnd(LEVEL_WIDTH);
  const what = [
    message,
    ...(error ? [`${error.name}: ${error.message}`] : []),
    ...Object.entries(fields).map(([key, value]) => paint("dim", `${key}=${shownValue(value)}`)),
  ];
  return [
    paint("dim", clock(time)),
    paint("cyan", name.padEnd(nameWidth)),
    color === undefined ? shownLevel : paint(color, shownLevel),
    what.filter((one) => one !== "").join("  "),
  ].join(" ");
}

/** The frames below the line, and what caused it. */
export function shownError({ frames, cause }: LoggedError): string[] {
  const left = frames.length - MOST_FRAMES;
  const lines = [...frames.slice(0, MOST_FRAMES), ...(left > 0 ? [`… ${left} more`] : [])];
  return [
    ...lines.map((line) => paint("dim", `${INDENT}${line}`)),
    ...(cause ? [`${INDENT}caused by ${cause.name}: ${cause.message}`, ...shownError(cause)] : []),
  ];
}

/** This machine's time of day. */
function clock(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const part = (value: number, digits = 2) => String(value).padStart(digits, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}.${part(date.getMilliseconds(), 3)}`;
}

function shownValue(value: unknown): string {
  const text = typeof value === "string" && !/[\s"]/.test(value) ? value : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
