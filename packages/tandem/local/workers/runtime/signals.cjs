/** What the run and a worker thread read and write in one memory, without a message. */

/** How much of a function's log and stream may be on its way to the run at once; who writes more waits, as before a full pipe. */
const MOST_ON_THE_WAY = 1_048_576;
/** What a message takes besides its text. */
const MESSAGE_BYTES = 64;

/** Of the 32-bit numbers: how many messages the run has sent (a sleeping worker waits on it), and the log on its way. */
const WAKE_COUNT = 0;
const ON_THE_WAY = 1;
/** Number of the last call that was begun, or that the run has taken back: whoever raises it first has the call. */
const CLAIMED = 6;
/**
 * Of the 64-bit numbers: what was left out of the log, bytes and writes for each call. Each of so many calls has its own: more than a
 * thread can have ended before the run has read the first of their answers.
 */
const LEFT_OUT = 4;
const COUNTED_CALLS = 16;

const BYTES = 8 * (LEFT_OUT + 2 * COUNTED_CALLS);

const { add, compareExchange, exchange, load, notify, sub, wait } = Atomics;

class Signals {
  /** @param {SharedArrayBuffer} [memory] */
  constructor(memory = new SharedArrayBuffer(BYTES)) {
    this.memory = memory;
    this.numbers = new Int32Array(memory);
    this.counts = new BigInt64Array(memory);
  }

  /** The run has sent a message. */
  ring() {
    add(this.numbers, WAKE_COUNT, 1);
    notify(this.numbers, WAKE_COUNT);
  }

  rung() {
    return load(this.numbers, WAKE_COUNT);
  }

  /**
   * Sleeps until the bell rings once more than `rung` says.
   * @param {number} rung
   * @param {number} milliseconds at most
   */
  sleep(rung, milliseconds) {
    return wait(this.numbers, WAKE_COUNT, rung, milliseconds);
  }

  /** Whether the worker may begin this call: it may not where the run has taken it back. @param {number} call */
  claim(call) {
    return compareExchange(this.numbers, CLAIMED, call - 1, call) === call - 1;
  }

  claimed() {
    return load(this.numbers, CLAIMED);
  }

  /**
   * Takes back every call that was not begun.
   * @param {number} last number of the last call that was given
   * @returns {number} how many
   */
  takeBack(last) {
    return last - exchange(this.numbers, CLAIMED, last);
  }

  onTheWay() {
    return load(this.numbers, ON_THE_WAY);
  }

  /** Before a text or bytes are sent to the run: waits until there is room for them. @param {{ length: number }} text */
  waitForRoom(text) {
    for (;;) {
      const onTheWay = this.onTheWay();
      if (onTheWay < MOST_ON_THE_WAY) break;
      wait(this.numbers, ON_THE_WAY, onTheWay);
    }
    add(this.numbers, ON_THE_WAY, text.length + MESSAGE_BYTES);
  }

  /** The run has taken a text or bytes. @param {{ length: number }} text */
  taken(text) {
    sub(this.numbers, ON_THE_WAY, text.length + MESSAGE_BYTES);
    notify(this.numbers, ON_THE_WAY);
  }

  /**
   * @param {number} call 0 while the code is loaded
   * @param {number} bytes
   */
  leaveOut(call, bytes) {
    const at = placeOf(call);
    add(this.counts, at, BigInt(bytes));
    add(this.counts, at + 1, 1n);
  }

  /**
   * What was left out of the logs of these calls since they were last asked for; undefined when nothing was.
   * @param {number} first
   * @param {number} last
   */
  takeLeftOut(first, last) {
    let bytes = 0n;
    let writes = 0n;
    for (let call = Math.max(first, last - COUNTED_CALLS + 1); call <= last; call++) {
      const at = placeOf(call);
      if (load(this.counts, at + 1) === 0n) continue;
      bytes += exchange(this.counts, at, 0n);
      writes += exchange(this.counts, at + 1, 0n);
    }
    return writes === 0n ? undefined : { bytes: Number(bytes), writes: Number(writes) };
  }
}

/** @param {number} call */
function placeOf(call) {
  return LEFT_OUT + 2 * (call % COUNTED_CALLS);
}

module.exports = { Signals };
