/** The numbers of one function as CloudWatch has them, by the minute, for the last hour. */
import type { InvocationHappened } from "../local/observer.ts";

const MINUTE_MS = 60_000;
const MOST_MINUTES = 60;
/** Bounds of durations in milliseconds grow by a tenth: so exactly is a percentile known, in a fixed number of counters. */
const GROWTH = Math.log(1.1);
const BUCKETS = 150;

export interface Minute {
  /** Milliseconds since 1970 at its beginning. */
  time: number;
  invocations: number;
  /** Of an event that is tried again, one each attempt. */
  errors: number;
  throttles: number;
  coldStarts: number;
  /** Most at once. */
  concurrent: number;
  durations: { sum: number; least: number; most: number; counts: Uint32Array };
}

export class FunctionNumbers {
  #minutes: Minute[] = [];

  add({ time, milliseconds, result, concurrent, lines }: InvocationHappened): void {
    const minute = this.#minute(time);
    if (result.status === "throttled") {
      minute.throttles++;
      return;
    }
    minute.invocations++;
    if (result.status === "error") minute.errors++;
    if (concurrent > minute.concurrent) minute.concurrent = concurrent;
    if (isColdStart(lines)) minute.coldStarts++;
    const { durations } = minute;
    durations.sum += milliseconds;
    durations.least = Math.min(durations.least, milliseconds);
    durations.most = Math.max(durations.most, milliseconds);
    const bucket = Math.min(
      BUCKETS - 1,
      Math.max(0, Math.ceil(Math.log(Math.max(milliseconds, 0.1) * 10) / GROWTH)),
    );
    durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1;
  }

  /** Of the last hour, oldest first. */
  minutes(): readonly Minute[] {
    return this.#minutes;
  }

  /** Of the last hour together. */
  total(): Minute {
    const total = emptyMinute(this.#minutes[0]?.time ?? Date.now());
    for (const minute of this.#minutes) {
      total.invocations += minute.invocations;
      total.errors += minute.errors;
      total.throttles += minute.throttles;
      total.coldStarts += minute.coldStarts;
      total.concurrent = Math.max(total.concurrent, minute.concurrent);
      total.durations.sum += minute.durations.sum;
      total.durations.least = Math.min(total.durations.least, minute.durations.least);
      total.durations.most = Math.max(total.durations.most, minute.durations.most);
      for (const [index, count] of minute.durations.counts.entries())
        total.durations.counts[index] = (total.durations.counts[index] ?? 0) + count;
    }
    return total;
  }

  #minute(now: number): Minute {
    const time = now - (now % MINUTE_MS);
    // Most come in the minute of the last one; one that took long belongs to an earlier minute.
    for (let index = this.#minutes.length - 1; index >= 0; index--) {
      const minute = this.#minutes[index];
      if (minute && minute.time === time) return minute;
      if (minute && minute.time < time) break;
    }
    const minute = emptyMinute(time);
    this.#minutes.push(minute);
    this.#minutes.sort((a, b) => a.time - b.time);
    if (this.#minutes.length > MOST_MINUTES) this.#minutes.shift();
    return minute;
  }
}

/** By the REPORT line, the last of an invocation's log. */
export function isColdStart(lines: readonly string[]): boolean {
  return lines.at(-1)?.includes("\tInit Duration: ") ?? false;
}

/** Milliseconds that the share `part` of the durations does not exceed, to a tenth; undefined where there are none. */
export function percentile({ durations: { counts, most } }: Minute, part: number): number | undefined {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return undefined;
  let seen = 0;
  for (const [bucket, count] of counts.entries()) {
    seen += count;
    if (seen >= all * part) return Math.min(most, Math.exp(bucket * GROWTH) / 10);
  }
  return most;
}

function emptyMinute(time: number): Minute {
  const durations = { sum: 0, least: Number.POSITIVE_INFINITY, most: 0, counts: new Uint32Array(BUCKETS) };
  return { time, invocations: 0, errors: 0, throttles: 0, coldStarts: 0, concurrent: 0, durations };
}
