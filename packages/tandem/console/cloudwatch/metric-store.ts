/** Metrics of a run as CloudWatch keeps them: by namespace, name and dimensions a point a minute, for the last three hours. */

export const MINUTE_MS = 60_000;
/** What a dashboard of CloudWatch shows unless it is told otherwise. */
export const KEPT_MS = 3 * 60 * MINUTE_MS;
/** Names and dimensions are a program's: one that puts an id into them must not fill the memory. */
const MOST_SERIES = 1_000;
const MOST_POINTS = 60_000;
/** Bounds of values grow by a tenth: so exactly is a percentile known, in few counters. */
const GROWTH = Math.log(1.1);
const LEAST_BOUND = 0.001;

export type Dimensions = Readonly<Record<string, string>>;

export interface MetricName {
  namespace: string;
  name: string;
  dimensions: Dimensions;
}

/** All that was measured in a minute, or in several of them together. */
export interface Point {
  /** Milliseconds since 1970 at its beginning. */
  time: number;
  count: number;
  sum: number;
  least: number;
  most: number;
  /** How many values lie below which bound. */
  bounds: Map<number, number>;
}

export class Series {
  readonly metric: MetricName;
  readonly unit: string;
  readonly points: Point[] = [];
  /** Who counts has it at hand and does not ask for it again: it stays, however long nothing is measured. */
  isHeld = false;
  readonly #begun: () => boolean;
  /** That was counted towards last. */
  #last: Point | undefined;

  /** `begun`: asked before each new point, whether there is room for it. */
  constructor(metric: MetricName, unit: string, begun: () => boolean) {
    this.metric = metric;
    this.unit = unit;
    this.#begun = begun;
  }

  add(time: number, value: number, count = 1): void {
    const point = this.count(time, value, count);
    if (!point) return;
    const bound = boundOf(value);
    point.bounds.set(bound, (point.bounds.get(bound) ?? 0) + count);
  }

  /** The same of what nobody asks a percentile of. */
  count(time: number, value: number, count = 1): Point | undefined {
    const point = this.#point(time);
    if (!point) return undefined;
    point.count += count;
    point.sum += value * count;
    if (value < point.least) point.least = value;
    if (value > point.most) point.most = value;
    return point;
  }

  /** Of values that were summed up elsewhere: between the least and the most they are taken for their average. */
  addSummed(time: number, { count, sum, least, most }: Omit<Point, "time" | "bounds">): void {
    if (count === 0) return;
    this.add(time, least);
    if (count > 1) this.add(time, most);
    if (count > 2) this.add(time, (sum - least - most) / (count - 2), count - 2);
  }

  /** All of a minute that was summed up elsewhere. */
  addPoint(point: Point): void {
    const to = this.#point(point.time);
    if (to) addTo(to, point);
  }

  /** What lies in the span, together; undefined where nothing does. */
  between(from: number, to: number): Point | undefined {
    let total: Point | undefined;
    for (const point of this.points) {
      if (point.time < from || point.time >= to) continue;
      total ??= emptyPoint(from);
      addTo(total, point);
    }
    return total;
  }

  #point(at: number): Point | undefined {
    const last = this.#last;
    if (last && at >= last.time && at < last.time + MINUTE_MS && this.points.at(-1) === last) return last;
    this.#last = this.#pointOf(at);
    return this.#last;
  }

  #pointOf(at: number): Point | undefined {
    const time = at - (at % MINUTE_MS);
    // Most come in the minute of the last one; one that took long belongs to an earlier minute.
    let index = this.points.length - 1;
    for (; index >= 0; index--) {
      const point = this.points[index];
      if (point?.time === time) return point;
      if (point && point.time < time) break;
    }
    if (!this.#begun()) return undefined;
    const point = emptyPoint(time);
    this.points.splice(index + 1, 0, point);
    return point;
  }
}

export class MetricStore {
  readonly #series = new Map<string, Series>();
  readonly #byName = new Map<string, Series[]>();
  readonly #now: () => number;
  #points = 0;
  #sweptAt = 0;
  /** Called before anything is read: what is counted beside the metrics is carried over then. */
  beforeRead: () => void = () => {};
  #leftOut = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Values that were not kept, for there are too many metrics. */
  get leftOut(): number {
    this.beforeRead();
    return this.#leftOut;
  }

  get size(): { series: number; points: number } {
    this.beforeRead();
    return { series: this.#series.size, points: this.#points };
  }

  /** Undefined where there are too many already. */
  series(metric: MetricName, unit = "None"): Series | undefined {
    const key = keyOf(metric);
    const known = this.#series.get(key);
    if (known) return known;
    if (this.#series.size >= MOST_SERIES) {
      this.#sweep();
      if (this.#series.size >= MOST_SERIES) {
        this.#leftOut++;
        return undefined;
      }
    }
    const made = new Series(metric, unit, () => this.#hasRoom());
    this.#series.set(key, made);
    const name = `${metric.namespace} ${metric.name}`;
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), made]);
    return made;
  }

  /** Of this name, whatever its dimensions. */
  named(namespace: string, name: string): readonly Series[] {
    this.beforeRead();
    return this.#byName.get(`${namespace} ${name}`) ?? [];
  }

  all(): IterableIterator<Series> {
    this.beforeRead();
    return this.#series.values();
  }

  #hasRoom(): boolean {
    if (this.#now() - this.#sweptAt >= MINUTE_MS || this.#points >= MOST_POINTS) this.#sweep();
    if (this.#points >= MOST_POINTS) {
      this.#leftOut++;
      return false;
    }
    this.#points++;
    return true;
  }

  /** What is older than is kept goes, and metrics of which nothing is left. At most once a second. */
  #sweep(): void {
    const now = this.#now();
    if (now - this.#sweptAt < 1_000) return;
    this.#sweptAt = now;
    this.#points = 0;
    for (const [key, series] of this.#series) {
      if (series.points.length === 0) continue;
      const first = series.points.findIndex(({ time }) => time >= now - KEPT_MS);
      series.points.splice(0, first < 0 ? series.points.length : first);
      this.#points += series.points.length;
      if (series.points.length > 0 || series.isHeld) continue;
      this.#series.delete(key);
      const name = `${series.metric.namespace} ${series.metric.name}`;
      const left = (this.#byName.get(name) ?? []).filter((one) => one !== series);
      if (left.length > 0) this.#byName.set(name, left);
      else this.#byName.delete(name);
    }
  }
}

/** The value that the share `part` of all does not exceed, to a tenth; undefined where there are none. */
export function percentile({ count, least, most, bounds }: Point, part: number): number | undefined {
  if (count === 0) return undefined;
  if (bounds.size === 0) return least === most ? most : undefined;
  let seen = 0;
  for (const bound of [...bounds.keys()].sort((a, b) => a - b)) {
    seen += bounds.get(bound) ?? 0;
    if (seen >= count * part) return Math.min(most, Math.max(least, upperValue(bound)));
  }
  return most;
}

export function emptyPoint(time: number): Point {
  return {
    time,
    count: 0,
    sum: 0,
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
    bounds: new Map(),
  };
}

export function addTo(total: Point, { count, sum, least, most, bounds }: Point): void {
  total.count += count;
  total.sum += sum;
  total.least = Math.min(total.least, least);
  total.most = Math.max(total.most, most);
  for (const [bound, of] of bounds) total.bounds.set(bound, (total.bounds.get(bound) ?? 0) + of);
}

/** 0 is what is next to nothing; what is negative has negative bounds. */
export function boundOf(value: number): number {
  const size = Math.abs(value);
  if (size < LEAST_BOUND) return 0;
  return Math.sign(value) * (Math.max(0, Math.ceil(Math.log(size / LEAST_BOUND) / GROWTH)) + 1);
}

function upperValue(bound: number): number {
  return bound === 0 ? 0 : Math.sign(bound) * LEAST_BOUND * Math.exp((Math.abs(bound) - 1) * GROWTH);
}

function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, ...Object.entries(dimensions).sort()]);
}
