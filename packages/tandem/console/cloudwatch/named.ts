/** How the program calls metrics, as the run measures them; and what of them is not measured here. */
import { ofType } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { ExpressionError } from "./expression.ts";
import { MEASURED } from "./measured.ts";
import type { MetricName } from "./metric-store.ts";
import { UnknownStatistic } from "./statistics.ts";

/** REST APIs go by their name in CloudWatch, and by their id here. */
export function asMeasured(metric: MetricName, recording: Recording): MetricName {
  const { ApiName, ...rest } = metric.dimensions;
  if (metric.namespace !== "AWS/ApiGateway" || ApiName === undefined) return metric;
  const api = ofType(recording, "aws:apigateway/restApi:RestApi").find(
    ({ name, inputs, outputs }) => (text(inputs.name) ?? text(outputs.name) ?? name) === ApiName,
  );
  return { ...metric, dimensions: { ...rest, ApiId: (api && (text(api.outputs.id) ?? api.id)) ?? ApiName } };
}

/** Undefined where the run measures it, or a function may. */
export function whyNotMeasured({ namespace, name }: MetricName): string | undefined {
  if (!namespace.startsWith("AWS/") || MEASURED[namespace]?.includes(name)) return undefined;
  return `${namespace} ${name} is not measured here`;
}

/** Of an error that tells of what the program wrote; others are mistakes of the console's. */
export function problemOf(error: unknown): string {
  if (error instanceof ExpressionError || error instanceof UnknownStatistic) return error.message;
  throw error;
}
