/**
 * Numbers of the minute that runs, of what every request counts towards. They are kept beside their metrics and carried over when
 * the minute is over or somebody reads: a request then costs a few sums, and no look-up of a point in each series.
 */
import { boundOf, MINUTE_MS, type Series } from "./metric-store.ts";

/** Bounds grow by a tenth from a thousandth: so many reach beyond a year in milliseconds. */
const MOST_BOUNDS = 384;

/** Of one value that is never negative. */
export class Sums {
  #count = 0;
  #sum = 0;
  #least = Number.POSITIVE_INFINITY;
  #most = Number.NEGATIVE_INFINITY;
  readonly #bounds: Uint32Array | undefined;

  constructor({ hasPercentiles = false } = {}) {
    this.#bounds = hasPercentiles ? new Uint32Array(MOST_BOUNDS) : undefined;
  }

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    const bounds = this.#bounds;
    if (!bounds) return;
    const bound = Math.min(boundOf(value), MOST_BOUNDS - 1);
    bounds[bound] = (bounds[bound] ?? 0) + 1;
  }

  /** Begins anew. */
  carryInto(series: Series | undefined, time: number): void {
    if (this.#count === 0) return;
    const bounds = new Map<number, number>();
    for (const [bound, of] of this.#bounds?.entries() ?? []) if (of > 0) bounds.set(bound, of);
    series?.addPoint({
      time,
      count: this.#count,
      sum: this.#sum,
      least: this.#least,
      most: this.#most,
      bounds,
    });
    this.#count = 0;
    this.#sum = 0;
    this.#least = Number.POSITIVE_INFINITY;
    this.#most = Number.NEGATIVE_INFINITY;
    this.#bounds?.fill(0);
  }
}

/** Of how many there were, and of these how many were of a kind: a series of ones and zeros. */
export function carryShare(series: Series | undefined, time: number, all: number, ofKind: number): void {
  if (all === 0) return;
  series?.addPoint({
    time,
    count: all,
    sum: ofKind,
    least: ofKind === all ? 1 : 0,
    most: ofKind > 0 ? 1 : 0,
    bounds: new Map(),
  });
}

/** What is counted in one minute, whichever that is. */
export abstract class Tally {
  #minute = 0;
  #end = 0;

  /** Before anything of this time is counted; a minute that was left may be come back to. */
  turnTo(time: number): void {
    if (time >= this.#minute && time < this.#end) return;
    this.carry();
    this.#minute = time - (time % MINUTE_MS);
    this.#end = this.#minute + MINUTE_MS;
  }

  carry(): void {
    if (this.#end > 0) this.carryAt(this.#minute);
  }

  /** Hands all that was counted to its metrics, and begins anew. */
  protected abstract carryAt(minute: number): void;
}
