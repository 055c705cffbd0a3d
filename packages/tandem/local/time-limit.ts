/** Ends expressions of a program that would keep the run's only thread, such as `(a+)+$`, for minutes. */
import { Script } from "node:vm";

/** All requests wait while a pattern is looked for. */
export const EXPRESSION_MS = 500;

const CALL = Symbol.for("tandem.limited-call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(CALL.description)})]()`);

/** A thread that watches costs a millisecond; only where a group repeats can time grow with every character. */
const REPEATED_GROUP = /\)[*+{]/;

/** What the call gives; undefined where its time is up. @param pattern source of the expression that it works with */
export function withinTime<T extends object | string | boolean>(
  pattern: string,
  call: () => T,
): T | undefined {
  if (!REPEATED_GROUP.test(pattern)) return call();
  let result: T | undefined;
  const work = () => {
    result = call();
  };
  Object.defineProperty(globalThis, CALL, { value: work, configurable: true });
  try {
    script.runInThisContext({ timeout: EXPRESSION_MS });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
  } finally {
    Reflect.deleteProperty(globalThis, CALL);
  }
  return result;
}

/** For libraries that take a class for their expressions. Throws where its time is up. */
export class LimitedExpression extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    const found = withinTime(this.source, () => ({ match: super.exec(text) }));
    if (found) return found.match;
    throw new Error(`the pattern ${this.source} takes longer than ${EXPRESSION_MS} ms`);
  }
}
