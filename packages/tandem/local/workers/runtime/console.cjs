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
 * @param {Pick<InstanceType<typeof FunctionLog>, "write" | "always">} log
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

/** Ways to write by file descriptor, each with its `Sync` form; all take the descriptor first and what to write second. */
const BY_DESCRIPTOR = /** @type {const} */ (["write", "writev", "writeFile", "appendFile"]);

/**
 * Loggers that write by file descriptor, past the streams, mean the same.
 * @param {(text: string) => void} write
 */
function captureDescriptors(write) {
  /** @typedef {(...values: unknown[]) => unknown} AnyFunction */
  const functions = /** @type {Record<string, AnyFunction>} */ (/** @type {unknown} */ (fs));
  /** @param {unknown[]} values @returns {number | undefined} bytes; undefined when it goes elsewhere */
  const taken = (values) => {
    if (values[0] !== 1 && values[0] !== 2) return undefined;
    const text = textOf(values);
    write(text);
    return Buffer.byteLength(text);
  };
  for (const name of BY_DESCRIPTOR) {
    const whole = name.endsWith("File");
    const later = /** @type {AnyFunction} */ (functions[name]);
    const atOnce = /** @type {AnyFunction} */ (functions[`${name}Sync`]);
    const captured = {
      /** @param {unknown[]} values */
      [name]: (...values) => {
        const bytes = taken(values);
        if (bytes === undefined) return later(...values);
        const done = values.at(-1);
        if (typeof done === "function") process.nextTick(done, null, ...(whole ? [] : [bytes, values[1]]));
        return undefined;
      },
      /** @param {unknown[]} values */
      [`${name}Sync`]: (...values) => {
        const bytes = taken(values);
        if (bytes === undefined) return atOnce(...values);
        return whole ? undefined : bytes;
      },
    };
    // What hangs on the function (a form of its own for `util.promisify`) stays as it is.
    for (const [key, value] of Object.entries(captured))
      functions[key] = Object.defineProperties(value, Object.getOwnPropertyDescriptors(functions[key]));
  }
}

/** What `fs.write` is to write: a text, a part of a buffer, or several. @param {unknown[]} values @returns {string} */
function textOf([, data, offset, length]) {
  if (Array.isArray(data)) return data.map((one) => textOf([1, one])).join("");
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

module.exports = { captureConsole, captureDescriptors };
