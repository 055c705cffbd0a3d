/** CloudWatch and X-Ray: logs, alarms, dashboards, traces. */

import { plainObject } from "../../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../../program/recording.ts";
import { FUNCTION } from "../../program-view/view.ts";
import { asList } from "../../values/canonical.ts";
import type { Costing } from "../costing.ts";
import { DAYS, KB_PER_GB, MILLION, SECONDS } from "../units.ts";

const SERVICE = "Amazon CloudWatch";
/** CloudWatch keeps logs compressed and counts what it keeps; this is what its own examples assume. */
const COMPRESSION = 0.15;
/** X-Ray's own rule, where the program declares none: one a second and 5 % of the rest. */
const DEFAULT_RESERVOIR = 1;
const DEFAULT_RATE = 0.05;

export function meterObservability(costing: Costing): void {
  meterLogs(costing);
  meterAlarms(costing);
  meterDashboards(costing);
  meterTraces(costing);
}

function meterLogs({ view, meter, prices, free, assumed, calls }: Costing): void {
  const logs: { gigabytes: number; days: number }[] = view.ofType(FUNCTION).map((lambda) => ({
    gigabytes: ((calls.get(lambda.urn) ?? 0) * assumed["log-size"]) / KB_PER_GB,
    days: retentionOf(view.ofType(LOG_GROUP), lambda),
  }));
  const stages = view.ofType("aws:apigatewayv2/stage:Stage", "aws:apigateway/stage:Stage");
  for (const { inputs } of stages.filter(({ inputs }) => inputs.accessLogSettings !== undefined)) {
    const group = view.at(plainObject(inputs.accessLogSettings)?.destinationArn, LOG_GROUP);
    const gigabytes = (assumed.requests * assumed["access-log-size"]) / KB_PER_GB / stages.length;
    logs.push({ gigabytes, days: Number(group?.inputs.retentionInDays ?? DAYS) });
  }
  for (const flowLog of view.ofType("aws:ec2/flowLog:FlowLog")) {
    const group = view.target(flowLog, "logDestination", LOG_GROUP);
    logs.push({ gigabytes: assumed["flow-log"], days: Number(group?.inputs.retentionInDays ?? DAYS) });
  }
  const ingested = logs.reduce((sum, { gigabytes }) => sum + gigabytes, 0);
  meter.add({
    service: SERVICE,
    item: "logs written",
    quantity: ingested,
    unit: "GB",
    price: prices.cloudwatch.logIngestionGb,
    free: free.logsGb,
  });
  meter.add({
    service: SERVICE,
    item: "logs kept",
    // Once the oldest are as old as they get.
    quantity: logs.reduce((sum, { gigabytes, days }) => sum + gigabytes * (days / DAYS) * COMPRESSION, 0),
    unit: "GB",
    price: prices.cloudwatch.logStorageGb,
    free: Math.max(0, free.logsGb - ingested),
  });
}

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/** Days that what the function logs is kept; a month where its log group is not in the program. */
function retentionOf(groups: RecordedResource[], { inputs, outputs }: RecordedResource): number {
  const name = plainObject(inputs.loggingConfig)?.logGroup ?? `/aws/lambda/${String(outputs.name)}`;
  const days = groups.find((group) => group.outputs.name === name)?.inputs.retentionInDays;
  return typeof days === "number" ? days : DAYS;
}

function meterAlarms({ view, meter, prices, free }: Costing): void {
  const alarms = view.ofType("aws:cloudwatch/metricAlarm:MetricAlarm");
  meter.add({
    service: SERVICE,
    item: "alarms",
    quantity: alarms.reduce((sum, alarm) => sum + metricsOf(alarm), 0),
    unit: "metrics",
    price: prices.cloudwatch.metricAlarm,
    free: free.alarms,
  });
  meter.add({
    service: SERVICE,
    item: "composite alarms",
    quantity: view.ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm").length,
    unit: "alarms",
    price: prices.cloudwatch.compositeAlarm,
  });
}

/** Only small dashboards are free; a large one costs its price, however many are still free. */
function meterDashboards({ view, meter, prices, free }: Costing): void {
  const all = view.ofType("aws:cloudwatch/dashboard:Dashboard");
  const small = all.filter((dashboard) => metricsOn(dashboard) <= free.dashboardMetrics);
  const line = { service: SERVICE, unit: "dashboards", price: prices.cloudwatch.dashboard };
  meter.add({ ...line, item: "dashboards", quantity: small.length, free: free.dashboards });
  meter.add({ ...line, item: "large dashboards", quantity: all.length - small.length });
}

/** Each metric once, however many graphs show it; expressions are none. */
function metricsOn({ inputs }: RecordedResource): number {
  const metrics = widgetsOf(inputs.dashboardBody)
    .flatMap((widget) => asList(plainObject(plainObject(widget)?.properties)?.metrics))
    .map((row) => asList(row).filter((part) => typeof part === "string"))
    .filter((names) => names.length > 0);
  return new Set(metrics.map((names) => names.join("\0"))).size;
}

/** None of a body that only the cloud will know, or that is no JSON: CloudWatch refuses it. */
function widgetsOf(body: Value | undefined): Value[] {
  if (typeof body !== "string") return [];
  try {
    return asList(plainObject(JSON.parse(body) as Value)?.widgets);
  } catch {
    return [];
  }
}

/** An alarm on an expression is paid for each metric in it. */
function metricsOf({ inputs }: RecordedResource): number {
  const queries = asList(inputs.metricQueries).filter((query) => plainObject(query)?.metric !== undefined);
  return Math.max(1, queries.length);
}

function meterTraces({ view, meter, prices, free, calls }: Costing): void {
  const traced = view
    .ofType(FUNCTION)
    .filter(({ inputs }) => plainObject(inputs.tracingConfig)?.mode === "Active")
    .reduce((sum, { urn }) => sum + (calls.get(urn) ?? 0), 0);
  const rule = view.ofType("aws:xray/samplingRule:SamplingRule")[0]?.inputs;
  const first = Math.min(traced, Number(rule?.reservoirSize ?? DEFAULT_RESERVOIR) * SECONDS);
  const recorded = first + (traced - first) * Number(rule?.fixedRate ?? DEFAULT_RATE);
  meter.add({
    service: "AWS X-Ray",
    item: "traces",
    quantity: recorded / MILLION,
    unit: "million",
    price: prices.xray.tracesPerMillion,
    free: free.traces / MILLION,
  });
}
