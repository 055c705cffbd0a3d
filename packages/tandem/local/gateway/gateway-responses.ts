/** The answers of a REST API's own, in the way that its program words them (`aws.apigateway.Response`). */
import type { GatewayResponse, ReachedRequest } from "./api.ts";
import { contextVariable, mappedValue } from "./context-variables.ts";
import type { OwnAnswer } from "./gateway-answers.ts";

/** A response of the answer's own type comes before the one for all of its class; the two are not mixed. */
export function inProgramsWords(answer: OwnAnswer, reached: ReachedRequest): OwnAnswer {
  const { responses } = reached.api;
  const ofClass = answer.status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  const response = responses?.get(answer.error.type) ?? responses?.get(ofClass);
  return response ? worded(answer, response, reached) : answer;
}

function worded(answer: OwnAnswer, response: GatewayResponse, reached: ReachedRequest): OwnAnswer {
  const { status = answer.status, template } = response;
  const headers = Object.entries(response.headers).flatMap(([name, source]) => {
    const value = mappedValue(source, reached);
    // What the request does not have makes no header.
    return value === undefined ? [] : [name, value];
  });
  if (template) headers.unshift("Content-Type", template.contentType);
  return {
    ...answer,
    status,
    headers: [...withoutThose(answer.headers, headers), ...headers],
    ...(template ? { body: filled(template.body, answer, reached) } : {}),
  };
}

function withoutThose(headers: readonly string[], others: readonly string[]): string[] {
  const names = new Set(others.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  return headers.filter((_, index) => !names.has((headers[index - (index % 2)] ?? "").toLowerCase()));
}

const VARIABLE = /\$(context|stageVariables)\.(\w+(?:\.[\w-]+)*)/g;

/** Variables alone: API Gateway runs no VTL here either. */
function filled(template: string, { error }: OwnAnswer, reached: ReachedRequest): string {
  const ofError: Record<string, string> = {
    "error.message": error.message ?? "",
    "error.messageString": JSON.stringify(error.message),
    "error.responseType": error.type,
    "error.validationErrorString": error.validation ?? "",
  };
  return template.replaceAll(VARIABLE, (_, place: string, name: string) => {
    if (place === "stageVariables") return reached.stage?.variables?.[name] ?? "";
    return ofError[name] ?? contextVariable(name, reached) ?? "";
  });
}
