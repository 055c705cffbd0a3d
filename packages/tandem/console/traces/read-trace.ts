/** One trace with what a list, a filter and the map want to know of it. */
import type { Mask } from "../secrets.ts";
import type { KeptTrace } from "../trace-store.ts";
import { flat, type Segment, segmentsOf } from "./segments.ts";

export interface ReadTrace {
  id: string;
  roots: Segment[];
  /** Every segment and subsegment. */
  all: Segment[];
  /** Milliseconds since 1970. */
  start: number;
  end: number;
  /** Of the first segment: how long the caller waited. */
  responseTime: number;
  error: boolean;
  fault: boolean;
  throttle: boolean;
  isPartial: boolean;
  /** The first that an HTTP request is told of. */
  http?: Segment["http"];
}

/** Read once as long as nothing is added to the trace; a page asks every other second. */
export class TraceReader {
  #read = new WeakMap<KeptTrace, { version: number; mask: Mask; trace: ReadTrace }>();

  read(kept: KeptTrace, mask: Mask): ReadTrace | undefined {
    const known = this.#read.get(kept);
    if (known?.version === kept.version && known.mask === mask) return known.trace;
    const roots = segmentsOf(kept, mask);
    const [first] = roots;
    if (!first) return undefined;
    const all = [...flat(roots)];
    const http = all.find(({ http: one }) => one?.method !== undefined)?.http;
    const trace: ReadTrace = {
      id: kept.id,
      roots,
      all,
      start: first.start,
      end: all.reduce((latest, { end }) => Math.max(latest, end), first.end),
      responseTime: first.end - first.start,
      error: all.some(({ error }) => error),
      fault: all.some(({ fault }) => fault),
      throttle: all.some(({ throttle }) => throttle),
      isPartial: all.some(({ isInProgress }) => isInProgress),
      ...(http ? { http } : {}),
    };
    this.#read.set(kept, { version: kept.version, mask, trace });
    return trace;
  }
}
