/** The rule of a composite alarm: `ALARM("a") AND (NOT OK("b") OR FALSE)`. */

import type { AlarmState } from "./alarm.ts";
import { ExpressionError } from "./expression.ts";

/** Names of the alarms in it, and whether it holds by their states. */
export interface Rule {
  names: string[];
  holds(stateOf: (name: string) => AlarmState | undefined): boolean;
}

type Test = (stateOf: (name: string) => AlarmState | undefined) => boolean;

const TOKEN =
  /\s*(?:([()])|(AND|OR|NOT|TRUE|FALSE)\b|(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"([^"]*)"|'([^']*)'|([^\s"'()]+))\s*\))/y;

export function readRule(rule: string): Rule {
  const names: string[] = [];
  let at = 0;
  const next = (): RegExpExecArray | undefined => {
    TOKEN.lastIndex = at;
    return TOKEN.exec(rule) ?? undefined;
  };
  const take = (word: string): boolean => {
    const token = next();
    if (!token || (token[1] ?? token[2]) !== word) return false;
    at += token[0].length;
    return true;
  };
  const either = (): Test => {
    const tests = [all()];
    while (take("OR")) tests.push(all());
    return (stateOf) => tests.some((test) => test(stateOf));
  };
  const all = (): Test => {
    const tests = [one()];
    while (take("AND")) tests.push(one());
    return (stateOf) => tests.every((test) => test(stateOf));
  };
  const one = (): Test => {
    if (take("NOT")) {
      const of = one();
      return (stateOf) => !of(stateOf);
    }
    if (take("TRUE")) return () => true;
    if (take("FALSE")) return () => false;
    if (take("(")) {
      const inner = either();
      if (!take(")")) fail();
      return inner;
    }
    const token = next();
    const [all = "", , , state, double, single, bare] = token ?? fail();
    const given = double ?? single ?? bare ?? "";
    const name = given.includes(":alarm:") ? given.slice(given.indexOf(":alarm:") + 7) : given;
    if (state === undefined) fail();
    at += all.length;
    names.push(name);
    return (stateOf) => stateOf(name) === state;
  };
  const fail = (): never => {
    throw new ExpressionError(
      `the rule is not understood at ${JSON.stringify(rule.slice(at).trim().slice(0, 30))}`,
    );
  };
  const test = either();
  if (rule.slice(at).trim() !== "") fail();
  return { names, holds: test };
}
