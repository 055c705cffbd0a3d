/**
 * What a function says to MongoDB, read off its connections where they pass through Node: a worker answers one call at a time, so
 * what is sent meanwhile is that call's. Not seen is what threads and programs of the function's own send.
 */
const net = require("node:net");
const { isMongodb, Messages, readCommand, readReply } = require("./mongodb-messages.cjs");

/** @import { MongodbCall, MongodbCalls } from "../protocol.ts" */
/** @import { Command } from "./mongodb-messages.cjs" */
/** @typedef {import("node:net").Socket} Socket */

const { hrtime } = process;
const { now: wallClock } = Date;
const { setInterval } = globalThis;

/** Of one invocation; more than a person reads. */
const MOST_CALLS = 100;
/** Commands of one connection that wait for an answer. */
const MOST_WAITING = 1_000;
/** An invocation that ends by its timeout has no answer to bring them. */
const REPORT_EVERY_MS = 1_000;

function milliseconds() {
  const [seconds, nanoseconds] = hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

class MongodbWatch {
  /** @type {MongodbCall[]} */
  #calls = [];
  #leftOut = 0;
  #listed = 0;
  /** Counts invocations: an answer that comes after the end of its own is nobody's. */
  #invocation = 0;
  #isRunning = false;
  #report;
  #isReporting = false;

  /** @param {(calls: MongodbCalls) => void} report */
  constructor(report) {
    this.#report = report;
  }

  /** From now on every connection is looked at. */
  watch() {
    const { connect } = net.Socket.prototype;
    const follow = (/** @type {Socket} */ socket) => this.#follow(socket);
    /** @this {Socket} @param {Parameters<typeof connect>} values */
    const followed = function (...values) {
      const connected = connect.apply(this, values);
      // Not before: Node gives a socket that connects its own `write` back.
      follow(this);
      return connected;
    };
    net.Socket.prototype.connect = /** @type {typeof connect} */ (/** @type {unknown} */ (followed));
  }

  begin() {
    this.#invocation++;
    this.#isRunning = true;
    this.#calls = [];
    this.#leftOut = 0;
    this.#listed = 0;
  }

  /** At the end of an invocation: what was not reported yet; undefined where there is nothing. @returns {MongodbCalls | undefined} */
  end() {
    this.#isRunning = false;
    return this.#taken();
  }

  #taken() {
    if (this.#calls.length === 0 && this.#leftOut === 0) return undefined;
    const taken = { calls: this.#calls, leftOut: this.#leftOut };
    this.#calls = [];
    this.#leftOut = 0;
    return taken;
  }

  #reportNowAndThen() {
    if (this.#isReporting) return;
    this.#isReporting = true;
    setInterval(() => {
      const taken = this.#isRunning ? this.#taken() : undefined;
      if (taken) this.#report(taken);
    }, REPORT_EVERY_MS).unref();
  }

  /** Its first words tell whether it leads to MongoDB. @param {Socket} socket */
  #follow(socket) {
    const { write } = socket;
    replace(socket, "write", (/** @type {unknown[]} */ ...values) => {
      Reflect.deleteProperty(socket, "write");
      if (isMongodb(values[0])) this.#listen(socket, values[0]);
      return Reflect.apply(write, socket, values);
    });
  }

  /** @param {Socket} socket @param {Uint8Array} first */
  #listen(socket, first) {
    const { write, push } = socket;
    /** @type {Map<number, { command: Command, of: number, time: number, started: number }>} */
    const waiting = new Map();
    const sent = new Messages((message, isWhole) => {
      if (!this.#isRunning) return;
      const command = readCommand(message, isWhole);
      if (!command) return;
      const call = { command, of: this.#invocation, time: wallClock(), started: milliseconds() };
      if (!command.isAnswered) this.#add(call, {});
      else if (waiting.size < MOST_WAITING) waiting.set(command.id, call);
    });
    const received = new Messages((message, isWhole) => {
      const call = waiting.get(message.readInt32LE(8));
      if (!call) return;
      waiting.delete(call.command.id);
      if (this.#isRunning && call.of === this.#invocation) this.#add(call, readReply(message, isWhole));
    });
    const stop = () => {
      Reflect.deleteProperty(socket, "write");
      Reflect.deleteProperty(socket, "push");
    };
    /** What is no message of MongoDB after all is left alone. @param {InstanceType<typeof Messages>} messages @param {unknown} chunk */
    const read = (messages, chunk) => {
      try {
        if (chunk instanceof Uint8Array) messages.add(chunk);
        else if (typeof chunk === "string") stop();
      } catch {
        stop();
      }
    };
    read(sent, first);
    replace(socket, "write", (/** @type {unknown[]} */ ...values) => {
      read(sent, values[0]);
      return Reflect.apply(write, socket, values);
    });
    replace(socket, "push", (/** @type {unknown[]} */ ...values) => {
      read(received, values[0]);
      return Reflect.apply(push, socket, values);
    });
    this.#reportNowAndThen();
  }

  /**
   * @param {{ command: Command, time: number, started: number }} call
   * @param {{ items?: number, error?: string }} reply
   */
  #add({ command, time, started }, { items, error }) {
    if (this.#listed++ >= MOST_CALLS) {
      this.#leftOut++;
      return;
    }
    const { operation, on, sent } = command;
    this.#calls.push({ time, milliseconds: milliseconds() - started, operation, on, sent, items, error });
  }
}

/** @param {Socket} socket @param {"write" | "push"} name @param {(...values: unknown[]) => unknown} value */
function replace(socket, name, value) {
  Object.defineProperty(socket, name, { value, configurable: true, writable: true, enumerable: false });
}

module.exports = { MongodbWatch };
