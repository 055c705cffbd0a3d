/**
 * CloudWatch's paid metrics: those of single routes, and those that functions publish through their log. Each costs for the hours
 * in which something was published, so what is billed here is the most that they can be.
 */

import { V2_API } from "../../../program/reading/v2-apis.ts";
import { plainObject, plainObjects } from "../../../program/reading/value.ts";
import { endpointsOf } from "../../program-view/routes.ts";
import { FUNCTION } from "../../program-view/view.ts";
import { asList } from "../../values/canonical.ts";
import type { Costing } from "../costing.ts";
import { embeddedMetricsOf } from "../embedded-metrics.ts";

const SERVICE = "Amazon CloudWatch";
const HTTP_STAGE = "aws:apigatewayv2/stage:Stage";
/** Count, 4xx, 5xx, DataProcessed, Latency, IntegrationLatency. */
const METRICS_OF_HTTP_ROUTE = 6;
/** Count, 4XXError, 5XXError, Latency, IntegrationLatency; those of its cache come with the cache. */
const METRICS_OF_REST_METHOD = 5;

export function meterMetrics(costing: Costing): void {
  const { meter, prices, free } = costing;
  const ofRoutes = metricsOfRoutes(costing);
  const ofFunctions = metricsOfFunctions(costing);
  const price = prices.cloudwatch.metric;
  meter.add({
    service: SERVICE,
    item: "metrics of routes, at most",
    quantity: ofRoutes,
    unit: "metrics",
    price,
    free: free.metrics,
  });
  meter.add({
    service: SERVICE,
    item: "metrics of functions' logs, at most",
    quantity: ofFunctions,
    unit: "metrics",
    price,
    free: Math.max(0, free.metrics - ofRoutes),
  });
}

function metricsOfRoutes({ view, assumed }: Costing): number {
  if (assumed.requests === 0) return 0;
  const endpoints = endpointsOf(view);
  const http = view.ofType(HTTP_STAGE).reduce((sum, stage) => {
    const api = view.target(stage, "apiId", V2_API);
    const routes = endpoints.filter((endpoint) => endpoint.api === api);
    const everywhere = plainObject(stage.inputs.defaultRouteSettings)?.detailedMetricsEnabled === true;
    const single = asList(stage.inputs.routeSettings)
      .flatMap(plainObjects)
      .filter((settings) => settings.detailedMetricsEnabled === true)
      .map(({ routeKey }) => routeKey);
    const detailed = routes.filter(({ route }) => everywhere || single.includes(route));
    return sum + detailed.length * METRICS_OF_HTTP_ROUTE;
  }, 0);
  const rest = view
    .ofType("aws:apigateway/methodSettings:MethodSettings")
    .filter(({ inputs }) => plainObject(inputs.settings)?.metricsEnabled === true)
    .reduce((sum, settings) => {
      const api = view.target(settings, "restApi", "aws:apigateway/restApi:RestApi");
      const methods = endpoints.filter((endpoint) => endpoint.api === api).length;
      return sum + (settings.inputs.methodPath === "*/*" ? methods : 1) * METRICS_OF_REST_METHOD;
    }, 0);
  return http + rest;
}

/** A metric a name and function: each function is a dimension of its own. */
function metricsOfFunctions({ view, meter, prices, calls }: Costing): number {
  let metrics = 0;
  // Of a function that nothing in the program calls nobody knows how often it is: it may publish.
  for (const lambda of view.ofType(FUNCTION).filter(({ urn }) => calls.get(urn) !== 0)) {
    const names = embeddedMetricsOf(lambda, view.recording);
    if (names === "unclear") {
      const reason = `its code decides how many it publishes, at $${prices.cloudwatch.metric} each`;
      meter.unpriced("CloudWatch metrics", lambda.name, reason, "use");
    } else metrics += names.size;
  }
  return metrics;
}
