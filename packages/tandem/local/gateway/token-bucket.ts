/** Throttling as API Gateway does it: `burst` requests at once, refilled at `rate` a second. */

export interface Throttle {
  burst: number;
  /** Requests a second. */
  rate: number;
}

/** What an account has before it asks for more; stands in where a stage sets only one of the two. */
export const ACCOUNT_THROTTLE: Throttle = { burst: 5_000, rate: 10_000 };

export class TokenBucket {
  readonly throttle: Throttle;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(throttle: Throttle) {
    this.throttle = throttle;
    this.#tokens = throttle.burst;
  }

  /** Takes a token if there is one. `now` in milliseconds, never going back. */
  take(now: number): boolean {
    const { burst, rate } = this.throttle;
    const elapsed = Math.max(0, now - (this.#filledAt ?? now));
    this.#tokens = Math.min(burst, this.#tokens + (elapsed * rate) / 1000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
