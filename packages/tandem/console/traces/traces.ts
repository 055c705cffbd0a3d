/** The traces of a run as the page and other readers of the API get them. */
import type { LocalRun } from "../../local/run.ts";
import { FUNCTION, functionSettings } from "../../local/workers/settings.ts";
import { declared } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import { type Summary, summaryOf, traceOf } from "../described.ts";
import type { Entry, Recorder } from "../recorder.ts";
import type { Mask } from "../secrets.ts";
import type { TraceCounts } from "../trace-store.ts";
import { readFilter } from "./filter-expression.ts";
import { type ReadTrace, TraceReader } from "./read-trace.ts";
import type { Segment } from "./segments.ts";
import { type ServiceMap, serviceMap } from "./service-map.ts";

const MOST_LISTED = 200;

export interface TraceSummary {
  id: string;
  /** Milliseconds since 1970. */
  time: number;
  /** How long the caller waited, in milliseconds. */
  responseTime: number;
  /** Until the last of it was done. */
  duration: number;
  status: "ok" | "error" | "throttle" | "fault";
  isPartial: boolean;
  /** The first segment. */
  name: string;
  method?: string;
  url?: string;
  httpStatus?: number;
  segments: number;
  /** What the list of requests has of it. */
  request?: Summary;
}

export interface TracesSummary {
  traces: TraceSummary[];
  /** That the filter lets through, of which the first are listed. */
  found: number;
  map: ServiceMap;
  counts: TraceCounts;
  sampling: Sampling;
  /** Groups of the program: names and their filters. */
  groups: { name: string; filter: string }[];
}

export interface Sampling {
  /** Every request is followed. */
  all: boolean;
  rules: { name: string; reservoir: number; rate: number; service: string }[];
  /** Of the program: whether anything of it is traced. */
  functions: { active: number; all: number };
}

export interface TraceDetail extends TraceSummary {
  roots: Segment[];
  map: ServiceMap;
}

export class Traces {
  readonly #run: LocalRun;
  readonly #recorder: Recorder;
  readonly #reader = new TraceReader();

  constructor(run: LocalRun, recorder: Recorder) {
    this.#run = run;
    this.#recorder = recorder;
  }

  summary(expression: string, mask: Mask): TracesSummary {
    const filter = readFilter(expression);
    const found = this.#recorder.traces
      .newest()
      .flatMap((kept) => this.#reader.read(kept, mask) ?? [])
      .filter(filter);
    const entries = entriesByTrace(this.#recorder);
    return {
      traces: found.slice(0, MOST_LISTED).map((trace) => this.#row(trace, entries)),
      found: found.length,
      map: serviceMap(found),
      counts: this.#recorder.traces.counts,
      sampling: this.sampling(),
      groups: this.#groups(),
    };
  }

  detail(id: string, mask: Mask): TraceDetail | undefined {
    const kept = this.#recorder.traces.trace(id);
    const trace = kept && this.#reader.read(kept, mask);
    if (!trace) return undefined;
    const row = this.#row(trace, entriesByTrace(this.#recorder));
    return { ...row, roots: trace.roots, map: serviceMap([trace]) };
  }

  sampling(): Sampling {
    const { sampler } = this.#run.services.xray;
    const functions = declared(this.#run.recording, FUNCTION);
    return {
      all: sampler.all,
      rules: sampler.rules.map(({ name, reservoir, rate, serviceName }) => ({
        name,
        reservoir,
        rate,
        service: serviceName,
      })),
      functions: {
        active: functions.filter((one) => functionSettings(one, this.#run.recording).traced).length,
        all: functions.length,
      },
    };
  }

  setAll(all: boolean): Sampling {
    this.#run.services.xray.sampler.all = all;
    return this.sampling();
  }

  #row(trace: ReadTrace, entries: ReadonlyMap<string, Entry>): TraceSummary {
    const { id, start, end, responseTime, isPartial, all, http } = trace;
    const entry = entries.get(`Root=${id}`);
    const status = trace.fault ? "fault" : trace.throttle ? "throttle" : trace.error ? "error" : "ok";
    return {
      id,
      time: start,
      responseTime,
      duration: end - start,
      status,
      isPartial,
      name: trace.roots[0]?.name ?? "",
      segments: all.length,
      ...(http?.method === undefined ? {} : { method: http.method }),
      ...(http?.url === undefined ? {} : { url: http.url }),
      ...(http?.status === undefined ? {} : { httpStatus: http.status }),
      ...(entry ? { request: summaryOf(entry, this.#recorder) } : {}),
    };
  }

  #groups(): TracesSummary["groups"] {
    return declared(this.#run.recording, "aws:xray/group:Group").flatMap(({ name, inputs }) => {
      const filter = text(inputs.filterExpression);
      return filter === undefined ? [] : [{ name: text(inputs.groupName) ?? name, filter }];
    });
  }
}

/** The request where there is one: what it set off stands in the same trace. */
function entriesByTrace(recorder: Recorder): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of recorder.entries()) {
    const trace = traceOf(entry);
    if (trace !== undefined && found.get(trace)?.kind !== "request") found.set(trace, entry);
  }
  return found;
}
