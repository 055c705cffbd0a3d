/** API Gateway: requests of HTTP and REST APIs, messages of WebSocket APIs, and what they send out. */

import { isWebSocket, V2_API } from "../../../program/reading/v2-apis.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { endpointsOf } from "../../program-view/routes.ts";
import type { Costing } from "../costing.ts";
import { KB_PER_GB, MILLION } from "../units.ts";

const SERVICE = "Amazon API Gateway";

export function meterApis(costing: Costing): void {
  const { view, meter, prices, free, assumed } = costing;
  const endpoints = endpointsOf(view);
  const requests = (isCounted: (api: RecordedResource) => boolean) =>
    (endpoints.filter(({ api }) => isCounted(api)).length * assumed.requests) / Math.max(endpoints.length, 1);
  meter.add({
    service: SERVICE,
    item: "requests of HTTP APIs",
    quantity: requests((api) => api.type === V2_API && !isWebSocket(api)) / MILLION,
    unit: "million",
    price: prices.apiGateway.httpRequestsPerMillion,
  });
  meter.add({
    service: SERVICE,
    item: "requests of REST APIs",
    quantity: requests(({ type }) => type === "aws:apigateway/restApi:RestApi") / MILLION,
    unit: "million",
    price: prices.apiGateway.restRequestsPerMillion,
  });
  meterMessages(costing, view.ofType(V2_API).filter(isWebSocket), requests(isWebSocket) / MILLION);
  meter.add({
    service: "Data transfer",
    item: "responses to the internet",
    quantity: endpoints.length === 0 ? 0 : (assumed.requests * assumed.response) / KB_PER_GB,
    unit: "GB",
    price: prices.transfer.outGb,
    free: free.transferOutGb,
  });
}

/** @param millions of messages */
function meterMessages(
  { meter, prices }: Costing,
  apis: readonly RecordedResource[],
  millions: number,
): void {
  const price = prices.apiGateway.webSocketMessagesPerMillion;
  for (const { type, name } of apis) {
    if (price === undefined) meter.unpriced(type, name, "the price list has no messages of WebSocket APIs");
    meter.unpriced(type, name, "nobody knows how long its connections stay open", "use");
  }
  if (price === undefined) return;
  meter.add({
    service: SERVICE,
    item: "messages of WebSocket APIs",
    quantity: millions,
    unit: "million",
    price,
  });
}
