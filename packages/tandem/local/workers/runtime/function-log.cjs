/**
 * What a function writes, on its way to the run. Of one invocation so much is shown as anyone reads; what is beyond is
 * counted, so that a function in a hurry to log neither fills the memory of the run nor drowns the other functions.
 */

/** @import { FromWorker } from "../protocol.ts" */
/** @import { Signals } from "./signals.cjs" */

/** As much as CloudWatch takes in one call. */
const MOST_OF_AN_INVOCATION = 1_048_576;

class FunctionLog {
  #left = MOST_OF_AN_INVOCATION;
  #call = 0;

  /**
   * @param {(message: FromWorker) => void} post
   * @param {InstanceType<typeof Signals>} signals
   */
  constructor(post, signals) {
    /** @param {string} text */
    this.always = (text) => {
      signals.waitForRoom(text);
      post(["log", text]);
    };
    /** @param {string} text */
    this.write = (text) => {
      const shown = Math.min(text.length, this.#left);
      this.#left -= shown;
      if (shown > 0) this.always(shown < text.length ? `${text.slice(0, shown)}…\n` : text);
      if (shown < text.length)
        signals.leaveOut(this.#call, Buffer.byteLength(text) - Buffer.byteLength(text.slice(0, shown)));
    };
  }

  /** Of a new invocation. @param {number} call its number */
  begin(call) {
    this.#call = call;
    this.#left = MOST_OF_AN_INVOCATION;
  }
}

module.exports = { FunctionLog, MOST_OF_AN_INVOCATION };
