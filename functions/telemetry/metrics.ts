/** Counts in CloudWatch's embedded format: a line in the log becomes a metric, no call is made. */
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

const metrics = new Metrics();

export type Count = "Created" | "Read" | "Failures" | "Imported" | "Applied" | "Reported" | "Rejected";

export function count(counts: Partial<Record<Count, number>>, functionName: string): void {
  metrics.addDimension("function_name", functionName);
  for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}
