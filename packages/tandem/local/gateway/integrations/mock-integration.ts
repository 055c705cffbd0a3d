/** Integrations of type MOCK: the gateway answers by itself, most often a preflight with its CORS headers. */

import { object, text, textMap } from "../../../program/reading/value.ts";
import type { Values } from "../../../program/recording.ts";
import type { RouteTarget } from "../api.ts";
import { unsupported } from "../api.ts";
import { pushHeader } from "../http/answer-headers.ts";
import { type Formatted, guarded } from "../payloads/response.ts";

const HEADER = "method.response.header.";

/** `responses` as `aws:apigateway/integrationResponse:IntegrationResponse` declares them. */
export function mockTarget(integration: Values, responses: readonly Values[]): RouteTarget {
  const template = text(object(integration.requestTemplates)["application/json"]) ?? "";
  const status = /"statusCode"\s*:\s*"?(\d{3})/.exec(template)?.[1];
  const response =
    responses.find(({ selectionPattern }) => status !== undefined && text(selectionPattern) === status) ??
    responses.find(({ selectionPattern }) => (text(selectionPattern) ?? "") === "");
  if (status === undefined || !response) {
    return unsupported("the mock integration names no status or has no response");
  }
  const answer = guarded(() => literalAnswer(response));
  return "bad" in answer ? unsupported(answer.bad) : { kind: "mock", answer };
}

/** Only what is written out: a mapping would have to be worked out from the request. */
function literalAnswer(response: Values): Formatted {
  const templates = Object.entries(textMap(response.responseTemplates) ?? {});
  const [type, body] = templates[0] ?? ["application/json", ""];
  if (/[$#]/.test(body)) return { bad: "templates with variables do not run here" };
  const headers = ["Content-Type", type];
  for (const [parameter, value] of Object.entries(textMap(response.responseParameters) ?? {})) {
    const literal = /^'(.*)'$/.exec(value)?.[1];
    if (!parameter.startsWith(HEADER) || literal === undefined) {
      return { bad: `the mock integration sets ${parameter} to ${value}, which does not run here` };
    }
    pushHeader(headers, parameter.slice(HEADER.length), literal);
  }
  return { status: Number(text(response.statusCode)), headers, body };
}
