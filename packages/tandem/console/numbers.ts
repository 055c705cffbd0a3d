/** The numbers of one function in the last hour, as CloudWatch has them. */
import { OWN } from "./cloudwatch/measured.ts";
import {
  type Dimensions,
  type MetricStore,
  MINUTE_MS,
  type Point,
  percentile,
} from "./cloudwatch/metric-store.ts";

const HOUR_MS = 60 * MINUTE_MS;

export interface Numbers {
  invocations: number;
  /** Of an event that is tried again, one each attempt. */
  errors: number;
  throttles: number;
  coldStarts: number;
  /** Events whose failure did not reach a destination or dead-letter queue. */
  undelivered: number;
  /** Most at once. */
  concurrent: number;
  average?: number;
  least?: number;
  most?: number;
  p99?: number;
  /** Milliseconds: the oldest record of a stream when it was handed over; absent where no stream calls the function. */
  iteratorAge?: number;
}

/** What was measured in the sixty minutes that end with the one that runs. */
export function lastHour(
  store: MetricStore,
  namespace: string,
  name: string,
  dimensions: Dimensions,
  now = Date.now(),
): Point | undefined {
  const end = now - (now % MINUTE_MS) + MINUTE_MS;
  const wanted = Object.entries(dimensions);
  return store
    .named(namespace, name)
    .find(({ metric }) => wanted.every(([key, value]) => metric.dimensions[key] === value))
    ?.between(end - HOUR_MS, end);
}

export function numbersOf(store: MetricStore, functionName: string, now = Date.now()): Numbers {
  const of = (name: string, namespace = "AWS/Lambda"): Point | undefined =>
    lastHour(store, namespace, name, { FunctionName: functionName }, now);
  const duration = of("Duration");
  const iteratorAge = of("IteratorAge")?.most;
  const p99 = duration && percentile(duration, 0.99);
  return {
    invocations: of("Invocations")?.sum ?? 0,
    errors: of("Errors")?.sum ?? 0,
    throttles: of("Throttles")?.sum ?? 0,
    coldStarts: of("ColdStarts", OWN)?.sum ?? 0,
    undelivered: (of("DestinationDeliveryFailures")?.sum ?? 0) + (of("DeadLetterErrors")?.sum ?? 0),
    concurrent: of("ConcurrentExecutions")?.most ?? 0,
    ...(duration
      ? { average: duration.sum / duration.count, least: duration.least, most: duration.most }
      : {}),
    ...(p99 === undefined ? {} : { p99 }),
    ...(iteratorAge === undefined ? {} : { iteratorAge }),
  };
}
