/**
 * Answers of a provider that has little to say yet. Lists and objects that it computes may be missing, or there and without
 * their parts, whatever the type of its SDK promises. A program that is deployed meets such answers; one that is recorded would not.
 */
import { Implied } from "./expansion.ts";

type Answer = Record<string, unknown>;

/**
 * @param declared what the program said itself, which is never left out
 * @param depth at which parts are left out: 1 for the lists and objects of the answer, 2 for what stands in those, and so on.
 * An item of a list lies as deep as its list.
 */
export function leaveOut(answer: Answer, declared: Answer, depth: number): Answer {
  const kept = Object.entries(answer).filter(([, value]) => depth > 1 || !isNested(value));
  return Object.fromEntries(
    kept.map(([key, value]) => [
      key,
      isNested(value) ? leaveOutWithin(value, declared[key], depth - 1) : value,
    ]),
  );
}

function leaveOutWithin(value: object, declared: unknown, depth: number): unknown {
  if (Array.isArray(value)) {
    const own = Array.isArray(declared) ? declared : [];
    return value.map((item, index) => (isNested(item) ? leaveOutWithin(item, own[index], depth) : item));
  }
  const own = isNested(declared) && !Array.isArray(declared) ? (declared as Answer) : {};
  // Within an answer texts and numbers are as optional as the rest.
  return depth === 1 ? own : { ...own, ...leaveOut(value as Answer, own, depth) };
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Implied);
}
