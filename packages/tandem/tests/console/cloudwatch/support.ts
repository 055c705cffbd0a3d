/** Metrics of a test, and a recording that declares what looks at them. */
import type { Dimensions } from "../../../console/cloudwatch/metric-store.ts";
import { MetricStore } from "../../../console/cloudwatch/metric-store.ts";
import type { RecordedResource, Recording, Values } from "../../../program/recording.ts";

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
  const resources = declared.map(
    ([type, name, inputs]): RecordedResource => ({
      urn: `urn:pulumi:dev::test::${type}::${name}`,
      type,
      name,
      custom: true,
      remote: false,
      read: false,
      inputs,
      outputs: inputs,
      id: name,
      protect: false,
      retainOnDelete: false,
      dependencies: [],
      propertyDependencies: {},
      aliases: [],
      ignoreChanges: [],
    }),
  );
  return {
    version: 1,
    project: "test",
    stack: "dev",
    cwd: "/nowhere",
    config: {},
    resources,
    outputs: {},
    builds: [],
    sources: [],
    diagnostics: [],
  };
}
