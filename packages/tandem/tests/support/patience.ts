import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

/**
 * Longest wait of a test for a state that must come, in ms: a guard against waiting for ever, no measure. The slowest, a
 * first start on a machine that does ten things at once, takes a fifth of it. Less than mocha's own (.mocharc.json),
 * because who waited can say for what.
 */
export const PATIENCE_MS = 200_000;

/** Waits for what comes by itself. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await holds()); await pause(20))
    assert.ok(Date.now() < end, `it has not come to that: ${holds}`);
}
