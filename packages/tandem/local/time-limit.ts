/** Ends expressions of a program that would keep the run's only thread, such as `(a+)+$`, for minutes. */
import { Script } from "node:vm";

const CALL = Symbol.for("tandem.limited-call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(CALL.description)})]()`);

/** A thread that watches costs a millisecond; only what repeats can take long. */
const REPEATS = /[*+{]/;

/** What the call gives; undefined where its time is up. @param pattern source of the expression that it works with */
export function withinTime<T extends object | string | boolean>(
  pattern: string,
  milliseconds: number,
  call: () => T,
): T | undefined {
  if (!REPEATS.test(pattern)) return call();
  let result: T | undefined;
  const work = () => {
    result = call();
  };
  Object.defineProperty(globalThis, CALL, { value: work, configurable: true });
  try {
    script.runInThisContext({ timeout: milliseconds });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
  } finally {
    Reflect.deleteProperty(globalThis, CALL);
  }
  return result;
}
