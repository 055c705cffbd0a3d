/** Ends expressions of a program that would keep the run's only thread for minutes: `(a+)+$`, or `.*x.*y` in a long text. */
import { Script } from "node:vm";

/** All requests wait while a pattern is looked for. */
export const EXPRESSION_MS = 250;

const CALL = Symbol.for("tandem.limited-call");
const script = new Script(`globalThis[Symbol.for(${JSON.stringify(CALL.description)})]()`);

/** Steps that take about a millisecond; to watch costs 65 µs. */
const FEW_STEPS = 1_000_000;
/** Time may double with each character. */
const REPEATED_GROUP = /\)[*+{]/;
const REPETITION = /[*+?{]/g;

/** What the call gives; undefined where its time is up. @param pattern source of the expression that is looked for in the text */
export function withinTime<T extends object | string | boolean>(
  pattern: string,
  text: string,
  call: () => T,
): T | undefined {
  return mayRunAway(pattern, text) ? limited(call) : call();
}

function mayRunAway(pattern: string, text: string): boolean {
  if (REPEATED_GROUP.test(pattern)) return true;
  // From each character on, each repetition may be tried with each length.
  const tried = 1 + (pattern.match(REPETITION)?.length ?? 0);
  return text.length ** tried > FEW_STEPS;
}

/** What any work that does not wait gives; undefined where its time is up. */
export function limited<T extends object | string | boolean>(call: () => T): T | undefined {
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

/** In the place of a program's own expressions. Throws where its time is up. */
export class LimitedExpression extends RegExp {
  override exec(text: string): RegExpExecArray | null {
    const found = withinTime(this.source, text, () => ({ match: super.exec(text) }));
    if (found) return found.match;
    throw new Error(`the pattern ${this.source} takes longer than ${EXPRESSION_MS} ms`);
  }
}

/** An expression of Java's that has to take the whole text; undefined where JavaScript does not know it. */
export function wholeText(pattern: string): LimitedExpression | undefined {
  try {
    new RegExp(pattern);
    return new LimitedExpression(`^(?:${pattern})$`);
  } catch {
    return undefined;
  }
}
