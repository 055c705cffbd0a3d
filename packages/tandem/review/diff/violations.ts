/** Rules that one program breaks and the other does not. */
import type { Violation, ViolationChange } from "./diff.ts";

/** Nothing to say where the rules were asked on neither side or on one alone. */
export function compareViolations(
  before: readonly Violation[] | undefined,
  after: readonly Violation[] | undefined,
): ViolationChange[] {
  const old = byKey(before ?? []);
  const now = byKey(after ?? []);
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((key): ViolationChange[] => {
    const [gone, come] = [old.get(key), now.get(key)];
    if (come !== undefined && gone === undefined) return [{ change: "new", ...come }];
    if (gone !== undefined && come === undefined) return [{ change: "gone", ...gone }];
    return [];
  });
}

/** The message stays out: a value in it may change while the rule stays broken. */
function byKey(violations: readonly Violation[]): Map<string, Violation> {
  return new Map(violations.map((violation) => [`${violation.rule} ${violation.resource}`, violation]));
}
