/** Random bytes, drawn in bulk: a draw of its own for each id costs more than the rest of an event. */
import { randomFillSync } from "node:crypto";

const pool = Buffer.allocUnsafe(8 * 1024);
let used = pool.length;

/** To be read at once: what lies there changes with a later draw. */
export function randomBytes(count: number): Buffer {
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += count;
  return pool.subarray(used - count, used);
}
