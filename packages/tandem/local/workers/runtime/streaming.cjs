/**
 * Handlers that write their answer piece by piece: the global `awslambda` that they are made with, and the stream that they
 * are given. Whether the pieces go out as they come decides the caller: without a stream of its own it gets them as one text.
 */
const { Writable } = require("node:stream");
const { RuntimeError } = require("./errors.cjs");
const { largestAnswer, largestStream } = require("../../../shared/aws/limits.cjs").lambda;
const { tooLarge } = require("./result.cjs");

/** @typedef {(event: unknown, stream: ResponseStream, context: object) => unknown} StreamingHandler */

/**
 * Where the pieces go.
 * @typedef {object} Sink
 * @property {(contentType: string) => void} begin called once, before the first piece
 * @property {(piece: Uint8Array) => void} write
 */

/** AWS's own mark, which other libraries look for and set. */
const MARK = Symbol.for("aws.lambda.runtime.handler.streaming");
/** What a piece is where the handler does not say. */
const BYTES = "application/octet-stream";
/** What stands before the body then says status, headers and cookies. */
const WITH_HEAD = "application/vnd.awslambda.http-integration-response";
const END_OF_HEAD = new Uint8Array(8);

function provideStreaming() {
  Object.assign(globalThis, {
    awslambda: {
      /** @param {object} handler */
      streamifyResponse: (handler) => Object.assign(handler, { [MARK]: "response" }),
      HttpResponseStream: {
        /**
         * @param {ResponseStream} stream
         * @param {unknown} head
         */
        from: (stream, head) => {
          stream.setContentType(WITH_HEAD);
          stream.head = JSON.stringify(head);
          return stream;
        },
      },
    },
  });
}

/** @param {unknown} handler */
function isStreaming(handler) {
  return typeof handler === "function" && Object(handler)[MARK] === "response";
}

class ResponseStream extends Writable {
  /** @type {string | undefined} */
  head;
  #contentType = BYTES;
  #begun = false;
  #bytes = 0;
  /** @type {Sink} */
  #sink;
  #most;

  /**
   * @param {Sink} sink
   * @param {number} most bytes
   */
  constructor(sink, most) {
    super({ decodeStrings: true });
    this.#sink = sink;
    this.#most = most;
  }

  /** @param {string} contentType */
  setContentType(contentType) {
    if (this.#begun)
      throw new RuntimeError("Runtime.InvalidStreamingOperation", "Cannot set content-type, too late.");
    this.#contentType = contentType;
  }

  /**
   * What is neither text nor bytes is written as JSON.
   * @override
   * @param {any} chunk
   * @param {any[]} rest
   */
  write(chunk, ...rest) {
    return super.write(...[asChunk(chunk), ...rest]);
  }

  /** @override @param {any[]} values */
  end(...values) {
    const [chunk, ...rest] = values;
    if (chunk === undefined || chunk === null || typeof chunk === "function") return super.end(...values);
    return super.end(...[asChunk(chunk), ...rest]);
  }

  /**
   * @override
   * @param {Uint8Array} chunk
   * @param {string} _encoding
   * @param {(error?: Error) => void} done
   */
  _write(chunk, _encoding, done) {
    this.#begin();
    done(this.#send(chunk));
  }

  /** @override @param {(error?: Error) => void} done */
  _final(done) {
    this.#begin();
    done();
  }

  #begin() {
    if (this.#begun) return;
    this.#begun = true;
    this.#sink.begin(this.#contentType);
    if (this.head === undefined) return;
    this.#send(Buffer.from(this.head));
    this.#send(END_OF_HEAD);
  }

  /** @param {Uint8Array} piece */
  #send(piece) {
    this.#bytes += piece.length;
    if (this.#bytes > this.#most) return tooLarge(this.#most);
    this.#sink.write(piece);
    return undefined;
  }
}

/** @param {any} chunk */
function asChunk(chunk) {
  return typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
}

/**
 * Resolves when the stream has ended, as Lambda ends an invocation then, and not when the handler returns.
 * @param {StreamingHandler} handler
 * @param {unknown} event
 * @param {object} context
 * @param {Sink | undefined} sink undefined where the caller takes the answer as a whole
 * @returns {Promise<string | undefined>} the answer as a whole
 */
async function answerInStream(handler, event, context, sink) {
  /** @type {Uint8Array[]} */
  const pieces = [];
  const gathers = {
    begin: () => {},
    write: (/** @type {Uint8Array} */ piece) => pieces.push(Buffer.from(piece)),
  };
  const stream = new ResponseStream(sink ?? gathers, sink ? largestStream : largestAnswer);
  const ended = new Promise((resolve, reject) => {
    stream.once("finish", resolve);
    stream.once("error", reject);
  });
  const answered = handler(event, stream, context);
  if (typeof Object(answered).then !== "function")
    throw new RuntimeError(
      "Runtime.InvalidStreamingOperation",
      "Streaming does not support non-async handlers.",
    );
  // A handler that fails is told at once; one that waits for a stream that failed may never come back.
  await Promise.all([answered, ended]);
  return sink ? undefined : Buffer.concat(pieces).toString();
}

module.exports = { ResponseStream, answerInStream, isStreaming, provideStreaming };
