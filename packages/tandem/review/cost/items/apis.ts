/** API Gateway: requests of HTTP and REST APIs, and what they send out. */
import { endpointsOf } from "../../program-view/routes.ts";
import type { Costing } from "../costing.ts";
import { KB_PER_GB, MILLION } from "../units.ts";

const SERVICE = "Amazon API Gateway";

export function meterApis({ view, meter, prices, free, assumed }: Costing): void {
  const endpoints = endpointsOf(view);
  const requests = (type: string) =>
    (endpoints.filter(({ api }) => api.type === type).length * assumed.requests) /
    Math.max(endpoints.length, 1);
  meter.add({
    service: SERVICE,
    item: "requests of HTTP APIs",
    quantity: requests("aws:apigatewayv2/api:Api") / MILLION,
    unit: "million",
    price: prices.apiGateway.httpRequestsPerMillion,
  });
  meter.add({
    service: SERVICE,
    item: "requests of REST APIs",
    quantity: requests("aws:apigateway/restApi:RestApi") / MILLION,
    unit: "million",
    price: prices.apiGateway.restRequestsPerMillion,
  });
  meter.add({
    service: "Data transfer",
    item: "responses to the internet",
    quantity: endpoints.length === 0 ? 0 : (assumed.requests * assumed.response) / KB_PER_GB,
    unit: "GB",
    price: prices.transfer.outGb,
    free: free.transferOutGb,
  });
}
