import type { LambdaFunction } from "../lambda-function.ts";
import { type Chart, expression, type MetricRow, metric, type Section, type Statistic } from "./widgets.ts";

/** Every chart compares all functions: one line a function. */
export function functionSection(functions: LambdaFunction[]): Section {
  const chart = (title: string, name: string, statistic: Statistic, unit: Chart["unit"]): Chart => ({
    title,
    statistic,
    unit,
    metrics: functions.map((lambda) => functionMetric(name, lambda)),
  });
  return {
    title: "Functions",
    charts: [
      chart("Invocations", "Invocations", "Sum", "Count"),
      chart("Errors", "Errors", "Sum", "Count"),
      { title: "Success rate", statistic: "Sum", unit: "Percent", metrics: functions.flatMap(successRate) },
      chart("Duration, average", "Duration", "Average", "Milliseconds"),
      chart("Duration, minimum", "Duration", "Minimum", "Milliseconds"),
      chart("Duration, maximum", "Duration", "Maximum", "Milliseconds"),
      chart("Duration, p99", "Duration", "p99", "Milliseconds"),
      chart("Throttles", "Throttles", "Sum", "Count"),
      chart("Concurrent executions", "ConcurrentExecutions", "Maximum", "Count"),
      chart("Iterator age of streams", "IteratorAge", "Maximum", "Milliseconds"),
      chart("Asynchronous calls: failures not delivered", "DestinationDeliveryFailures", "Sum", "Count"),
      chart("Asynchronous calls: dead letters not delivered", "DeadLetterErrors", "Sum", "Count"),
    ],
  };
}

/** A function nobody called succeeds: without the maximum it would divide by zero. */
function successRate(lambda: LambdaFunction, index: number): MetricRow[] {
  const invocations = `invocations${index}`;
  const errors = `errors${index}`;
  return [
    functionMetric("Invocations", lambda, { id: invocations, visible: false }),
    functionMetric("Errors", lambda, { id: errors, visible: false }),
    expression(`rate${index}`, `100 - 100 * ${errors} / MAX([${errors}, ${invocations}])`, lambda.name),
  ];
}

function functionMetric(name: string, lambda: LambdaFunction, options: object = {}): MetricRow {
  return metric(
    "AWS/Lambda",
    name,
    { FunctionName: lambda.functionName },
    { label: lambda.name, ...options },
  );
}
