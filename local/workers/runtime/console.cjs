/** A worker's stdout and stderr, and `console` as Lambda's Node runtime writes it. */
const fs = require("node:fs");
const { format } = require("node:util");

/** @import { Assignment, FunctionError } from "../protocol.ts" */
/** @import { FunctionLog } from "./function-log.cjs" */

/** Lambda's names for the methods of `console`. */
const levels = /** @type {const} */ ({
  trace: "TRACE",
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARN",
  error: "ERROR",
});

/**
 * @param {Pick<FunctionLog, "write" | "always">} log
 * @param {{ requestId: string | undefined }} current
 * @param {Pick<Assignment, "logFormat">} assignment
 * @returns {(label: string, error: FunctionError) => void} writes an error as Lambda's own runtime does
 */
function captureConsole({ write, always }, current, { logFormat }) {
  for (const stream of [process.stdout, process.stderr]) captureStream(stream, write);
  captureDescriptors(write);
  // Node's own way past the streams.
  Object.assign(process, {
    _rawDebug: (/** @type {unknown[]} */ ...values) => write(`${format(...values)}\n`),
  });
  const line = logFormat === "JSON" ? jsonLine : textLine;
  for (const [method, level] of Object.entries(levels)) {
    /** @param {unknown[]} values */
    const log = (...values) => write(line(level, current.requestId, values));
    Object.assign(console, { [method]: log });
  }
  return (label, { errorType, errorMessage, trace }) => {
    const error = { errorType, errorMessage, stack: trace };
    const values = logFormat === "JSON" ? [error] : [`${label} \t${JSON.stringify(error)}`];
    always(line("ERROR", current.requestId, values));
  };
}

/**
 * Written straight away, without Node's stream: a line that stands before an endless loop is seen all the same.
 * @param {NodeJS.WriteStream} stream
 * @param {(text: string) => void} write
 */
function captureStream(stream, write) {
  /**
   * @param {string | Uint8Array} chunk
   * @param {BufferEncoding | ((error?: Error) => void)} [encoding]
   * @param {(error?: Error) => void} [done]
   */
  const capture = (chunk, encoding, done) => {
    write(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    const callback = typeof encoding === "function" ? encoding : done;
    if (callback) process.nextTick(callback);
    return true;
  };
  Object.assign(stream, { write: capture });
}

/**
 * Loggers that write by file descriptor, past the streams, mean the same.
 * @param {(text: string) => void} write
 */
function captureDescriptors(write) {
  const original = { write: fs.write, writeSync: fs.writeSync };
  /** @typedef {(...values: unknown[]) => unknown} AnyFunction */
  /** @param {unknown} descriptor */
  const isOutput = (descriptor) => descriptor === 1 || descriptor === 2;
  Object.assign(fs, {
    /** @param {unknown[]} values */
    writeSync: (...values) => {
      if (!isOutput(values[0])) return /** @type {AnyFunction} */ (original.writeSync)(...values);
      const text = textOf(values);
      write(text);
      return Buffer.byteLength(text);
    },
    /** @param {unknown[]} values */
    write: (...values) => {
      if (!isOutput(values[0])) return /** @type {AnyFunction} */ (original.write)(...values);
      const text = textOf(values);
      write(text);
      const done = values.at(-1);
      if (typeof done === "function") process.nextTick(done, null, Buffer.byteLength(text), values[1]);
      return undefined;
    },
  });
}

/** What `fs.write` is to write: a text, or a part of a buffer. @param {unknown[]} values */
function textOf([, data, offset, length]) {
  if (!ArrayBuffer.isView(data)) return String(data);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const start = typeof offset === "number" ? offset : 0;
  return bytes.subarray(start, typeof length === "number" ? start + length : undefined).toString("utf8");
}

/**
 * @param {string} level
 * @param {string | undefined} requestId
 * @param {unknown[]} values
 */
function textLine(level, requestId, values) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...values)}\n`;
}

/**
 * @param {string} level
 * @param {string | undefined} requestId
 * @param {unknown[]} values
 */
function jsonLine(level, requestId, values) {
  const [first] = values;
  const message = values.length === 1 && isPlainData(first) ? first : format(...values);
  return `${JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message })}\n`;
}

/** Circular structures and bigints are shown as `format` shows them. @param {unknown} value */
function isPlainData(value) {
  if (typeof value !== "object" || value === null || value instanceof Error) return false;
  try {
    return JSON.stringify(value) !== undefined;
  } catch {
    return false;
  }
}

module.exports = { captureConsole };
