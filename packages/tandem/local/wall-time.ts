/** Time of day of what happens so often that to ask the system each time would cost more than the rest of what is done for it. */

const ASKED_EVERY_MS = 1_000;

let asked = Number.NEGATIVE_INFINITY;
let offset = 0;

/**
 * Whole milliseconds since 1970 of a time by `performance.now()`, never before `Date.now()` of that moment. The time of day is asked for
 * once a second: that clock stands still while a machine sleeps, and the other one may be set.
 */
export function wallTime(at: number): number {
  if (Math.abs(at - asked) > ASKED_EVERY_MS) {
    asked = performance.now();
    offset = Date.now() - asked;
  }
  return Math.ceil(at + offset);
}
