/** What a program's own expressions may take is waited for once, in the tests of the limit; elsewhere it is asked that there is one. */
import { Script } from "node:vm";
import { EXPRESSION_MS } from "../../../local/time-limit.ts";

const SHORT_MS = 20;

/** What the work gives, in which expressions have less time. What it throws says what they have otherwise. */
export async function inShortTime<T>(work: () => T | Promise<T>): Promise<T> {
  const { runInThisContext } = Script.prototype;
  Script.prototype.runInThisContext = function (options) {
    const given = options?.timeout === EXPRESSION_MS ? { ...options, timeout: SHORT_MS } : options;
    return runInThisContext.call(this, given);
  };
  try {
    return await work();
  } finally {
    Script.prototype.runInThisContext = runInThisContext;
  }
}
