/**
 * Counts in CloudWatch's embedded metric format: a line in the log becomes a metric, no call is made. Written here because
 * the library for it would be a sixth of what the helper may weigh (docs/decisions/032-metrics.md).
 */
import { setting } from "../environment.ts";

const namespace = setting("POWERTOOLS_METRICS_NAMESPACE", "tandem");
const service = setting("POWERTOOLS_SERVICE_NAME", "tandem");

export type Count = "Created" | "Read" | "Failures" | "Imported" | "Applied" | "Reported" | "Rejected";

export function count(counts: Partial<Record<Count, number>>, functionName: string): void {
  const line = {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [["service", "function_name"]],
          Metrics: Object.keys(counts).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    service,
    function_name: functionName,
    ...counts,
  };
  // Not by `console.log`: Lambda would put time and request id before it, and CloudWatch would take it for plain text.
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
