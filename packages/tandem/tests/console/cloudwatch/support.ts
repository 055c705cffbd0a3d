/** Metrics of a test, and a recording that declares what looks at them. */
import type { Dimensions } from "../../../console/cloudwatch/metric-store.ts";
import { MetricStore } from "../../../console/cloudwatch/metric-store.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { recordedProgram, recordedResource } from "../../support/recordings.ts";

export const MINUTE = 60_000;
/** A full minute. */
export const NOON = Date.UTC(2026, 10, 26, 12);

/** @param points value a minute, the last one the minute before noon */
export function measured(
  ...all: [name: string, dimensions: Dimensions, points: readonly (number | undefined)[]][]
): MetricStore {
  const store = new MetricStore(() => NOON);
  for (const [name, dimensions, points] of all) {
    const [namespace = "", metric = ""] = name.split(" ");
    const series = store.series({ namespace, name: metric, dimensions });
    for (const [index, value] of points.entries())
      if (value !== undefined) series?.add(NOON - (points.length - index) * MINUTE, value);
  }
  return store;
}

export function recording(...declared: [type: string, name: string, inputs: Values][]): Recording {
  const resources = declared.map(([type, name, inputs]) =>
    recordedResource({ type, name, inputs, outputs: inputs, id: name }),
  );
  return recordedProgram(resources, { config: {} });
}
