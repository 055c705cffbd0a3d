/** API keys at work: which of them a stage takes by its usage plans, and how often. */
import { type Throttle, TokenBucket } from "../token-bucket.ts";

export type Period = "DAY" | "WEEK" | "MONTH";

export interface Quota {
  limit: number;
  period: Period;
  /** What counts as used already in the first period. */
  offset: number;
}

export interface ApiKey {
  id: string;
  value: string;
  enabled: boolean;
}

export interface UsagePlan {
  id: string;
  throttle?: Throttle;
  quota?: Quota;
  keys: readonly ApiKey[];
  /** Of single methods on this stage, by their key (`GET /orders`). */
  methodThrottles: ReadonlyMap<string, Throttle>;
}

export type KeyRefusal = "forbidden" | "throttled" | "quota";

export type KeyDecision =
  | { allowed: true; key: ApiKey }
  /** `reason` is for the log, never for the caller. */
  | { allowed: false; refusal: KeyRefusal; reason: string };

interface Used {
  period: string;
  count: number;
}

/** What keys have used. It outlives the routes that count on it, which are read anew when the program changes. */
export class KeyUsage {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #used = new Map<string, Used>();

  /** Whether one more request is within the throttle. */
  takes(what: string, throttle: Throttle | undefined, now: number): boolean {
    if (!throttle) return true;
    const name = `${what} ${throttle.burst} ${throttle.rate}`;
    const bucket = this.#buckets.get(name) ?? new TokenBucket(throttle);
    this.#buckets.set(name, bucket);
    return bucket.take(now);
  }

  /** Whether one more request is within the quota, and counts it. */
  counts(what: string, quota: Quota | undefined, now: number): boolean {
    if (!quota) return true;
    const period = periodOf(quota.period, now);
    const known = this.#used.get(what);
    const count = known?.period === period ? known.count : known ? 0 : quota.offset;
    if (count >= quota.limit) return false;
    this.#used.set(what, { period, count: count + 1 });
    return true;
  }
}

/** Judges the key of a request to one method of a stage. */
export function judgeKey(
  value: string | undefined,
  method: string,
  now: number,
  plans: readonly UsagePlan[],
  usage: KeyUsage,
): KeyDecision {
  const forbidden = (reason: string): KeyDecision => ({ allowed: false, refusal: "forbidden", reason });
  if (value === undefined || value === "") return forbidden("the request has no API key");
  for (const plan of plans) {
    const key = plan.keys.find((one) => one.value === value);
    if (!key) continue;
    if (!key.enabled) return forbidden(`API key ${key.id} is not enabled`);
    return within(plan, key, method, now, usage);
  }
  return forbidden("no usage plan of this stage has the API key");
}

function within(plan: UsagePlan, key: ApiKey, method: string, now: number, usage: KeyUsage): KeyDecision {
  const who = `${plan.id} ${key.id}`;
  const ofMethod = plan.methodThrottles.get(method);
  if (!usage.takes(who, plan.throttle, now) || !usage.takes(`${who} ${method}`, ofMethod, now)) {
    const { rate, burst } = ofMethod ?? plan.throttle ?? {};
    const reason = `usage plan ${plan.id} gives a key ${rate} requests a second and ${burst} at once`;
    return { allowed: false, refusal: "throttled", reason };
  }
  if (usage.counts(who, plan.quota, now)) return { allowed: true, key };
  const { limit, period } = plan.quota as Quota;
  const reason = `usage plan ${plan.id} gives a key ${limit} requests a ${period.toLowerCase()}`;
  return { allowed: false, refusal: "quota", reason };
}

const DAY = 86_400_000;

/** Days, weeks from Monday, and months of UTC. */
function periodOf(period: Period, now: number): string {
  const iso = new Date(now).toISOString();
  if (period === "DAY") return iso.slice(0, 10);
  if (period === "MONTH") return iso.slice(0, 7);
  // The first of January 1970 was a Thursday.
  return `week ${Math.floor((now / DAY + 3) / 7)}`;
}
