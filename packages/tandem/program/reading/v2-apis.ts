/** APIs of API Gateway's second version: most speak HTTP, some WebSockets. */
import type { RecordedResource } from "../recording.ts";
import { text } from "./value.ts";

export const V2_API = "aws:apigatewayv2/api:Api";

export function isWebSocket({ type, inputs }: RecordedResource): boolean {
  return type === V2_API && text(inputs.protocolType) === "WEBSOCKET";
}
