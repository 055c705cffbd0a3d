/** What a handler returned, as the JSON text that leaves the worker. */
const { RuntimeError } = require("./errors.cjs");
const { largestAnswer } = require("../../../shared/aws/limits.cjs").lambda;

/** @param {unknown} result @returns {string | undefined} */
function serialise(result) {
  const text = stringify(result);
  if (text !== undefined && isTooLarge(text)) throw tooLarge(Buffer.byteLength(text), largestAnswer);
  return text;
}

/**
 * @param {number} bytes
 * @param {number} most
 */
function tooLarge(bytes, most) {
  return new RuntimeError(
    "Function.ResponseSizeTooLarge",
    `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${most} bytes).`,
  );
}

/** @param {unknown} result */
function stringify(result) {
  try {
    return JSON.stringify(result);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new RuntimeError(
      "Runtime.MarshalError",
      `What the handler returned cannot be written as JSON: ${message}`,
      {
        cause: error,
      },
    );
  }
}

/** @param {string} text */
function isTooLarge(text) {
  // A UTF-16 unit is at most three bytes of UTF-8: nearly every answer is small enough without counting.
  return text.length * 3 > largestAnswer && Buffer.byteLength(text) > largestAnswer;
}

module.exports = { serialise, tooLarge };
