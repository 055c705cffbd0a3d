/** Integrations of type HTTP_PROXY: a request goes on to another server, and that server's answer to the caller. */
import { text, textMap } from "../../../program/reading/value.ts";
import type { Values } from "../../../program/recording.ts";
import { type HttpTarget, type RoutedRequest, type UnsupportedTarget, unsupported } from "../api.ts";
import { isMappable, MAPPED_TO, mappedValue } from "../context-variables.ts";
import type { GatewayAnswers } from "../gateway-answers.ts";
import { isOfConnection, pushHeader } from "../http/answer-headers.ts";
import { notMapped } from "../parameter-change.ts";
import { remapped } from "../payloads/response-v1.ts";
import { exchange, isNoAnswer } from "./exchange.ts";
import type { Integrated } from "./lambda-integration.ts";
import { answerChanges, changedAnswer, changeRequest, requestChanges } from "./parameter-changes.ts";

/** @param inputs of an `aws:apigateway/integration:Integration` */
export function restHttpTarget(inputs: Values, timeoutMilliseconds: number): HttpTarget | UnsupportedTarget {
  const mappings = textMap(inputs.requestParameters) ?? {};
  const other = Object.entries(mappings).find(([to, from]) => !MAPPED_TO.test(to) || !isMappable(from));
  if (other) return unsupported(notMapped(other[1], other[0]));
  const method = text(inputs.integrationHttpMethod) ?? "ANY";
  return httpTarget(text(inputs.uri), method, mappedParameters(mappings), { timeoutMilliseconds, mappings });
}

/** @param inputs of an `aws:apigatewayv2/integration:Integration` @param parameters of the route, which stand in its URI by their own names; undefined where they are not judged */
export function httpHttpTarget(
  inputs: Values,
  parameters: readonly string[] | undefined,
  timeoutMilliseconds: number,
): HttpTarget | UnsupportedTarget {
  const changes = requestChanges(inputs.requestParameters);
  if (typeof changes === "string") return unsupported(changes);
  const ofAnswers = answerChanges(inputs.responseParameters);
  if (typeof ofAnswers === "string") return unsupported(ofAnswers);
  const method = text(inputs.integrationMethod) ?? "ANY";
  return httpTarget(text(inputs.integrationUri), method, parameters, {
    timeoutMilliseconds,
    ...(changes.length > 0 ? { changes } : {}),
    ...(ofAnswers.size > 0 ? { answers: ofAnswers } : {}),
  });
}

function httpTarget(
  uri: string | undefined,
  method: string,
  named: readonly string[] | undefined,
  rest: Pick<HttpTarget, "timeoutMilliseconds" | "mappings" | "changes" | "answers">,
): HttpTarget | UnsupportedTarget {
  const address = serverAddress(uri, named);
  if (typeof address !== "string") return address;
  return { kind: "http", uri: address, ...(method === "ANY" ? {} : { method }), ...rest };
}

/** @param named parameters that may stand in it; undefined where they are not judged */
export function serverAddress(
  uri: string | undefined,
  named: readonly string[] | undefined,
): string | UnsupportedTarget {
  if (uri === undefined || !/^https?:\/\//.test(uri)) return unsupported(`its URI is no address: ${uri}`);
  const unnamed = named && placeholders(uri).find((name) => !named.includes(name));
  return unnamed === undefined ? uri : unsupported(`nothing says what {${unnamed}} of its URI is`);
}

/** Of a REST API: the parameters of a URI that its mappings give a value. */
export function mappedParameters(mappings: Record<string, string>): string[] {
  return Object.keys(mappings).flatMap((to) => {
    const [, place, name] = MAPPED_TO.exec(to) ?? [];
    return place === "path" && name !== undefined ? [name] : [];
  });
}

/** `GET /orders/{id}` has `id`; of `${stageVariables.host}` none. */
export function placeholders(uri: string): string[] {
  return [...uri.matchAll(/(?<!\$)\{(\w+)\+?\}/g)].map(([, name = ""]) => name);
}

export async function proxy(
  target: HttpTarget,
  routed: RoutedRequest,
  answers: GatewayAnswers,
): Promise<Integrated> {
  const url = addressOf(target, routed);
  const headers = headersOf(target, routed);
  changeRequest(target.changes ?? [], routed, url, headers);
  const { body, method } = routed.request;
  const outgoing = { url, method: target.method ?? method, headers, body };
  const given = await exchange(outgoing, target.timeoutMilliseconds, answers);
  if (isNoAnswer(given)) return given;
  const { status, headers: changed, body: content } = changedAnswer(given, target.answers, routed);
  return { answer: { status, headers: answerHeaders(changed, routed), body: content } };
}

function addressOf(target: HttpTarget, routed: RoutedRequest): URL {
  const path = (name: string) => {
    const mapped = target.mappings?.[`integration.request.path.${name}`];
    const value = target.mappings ? mapped && mappedValue(mapped, routed) : routed.parameters?.[name];
    // A REST API's parameters are encoded as they came.
    return target.mappings ? (value ?? "") : (value ?? "").split("/").map(encodeURIComponent).join("/");
  };
  const uri = target.uri
    .replaceAll(/\$\{stageVariables\.(\w+)\}/g, (_all, name: string) => routed.stage.variables?.[name] ?? "")
    .replaceAll(/\{(\w+)\+?\}/g, (_all, name: string) => path(name));
  const url = new URL(uri);
  const query = [url.search.slice(1), routed.target.query, ...mappedPairs(target, routed)];
  url.search = query.filter((part) => part !== "").join("&");
  return url;
}

function mappedPairs(target: HttpTarget, routed: RoutedRequest): string[] {
  return mappedTo("querystring", target, routed).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
}

/** Name and value of what is mapped to a place and is there. */
function mappedTo(
  place: "querystring" | "header",
  { mappings = {} }: HttpTarget,
  routed: RoutedRequest,
): [string, string][] {
  return Object.entries(mappings).flatMap(([to, from]): [string, string][] => {
    const [, at, name = ""] = MAPPED_TO.exec(to) ?? [];
    const value = at === place ? mappedValue(from, routed) : undefined;
    return value === undefined ? [] : [[name, value]];
  });
}

/** As the caller sent them, with what API Gateway adds; the other server has a host and a length of its own. */
function headersOf(target: HttpTarget, routed: RoutedRequest): Record<string, string> {
  const { api, fields, trace } = routed;
  const { host, "content-length": _length, ...joined } = fields.joined;
  const own: Record<string, string> =
    api.protocol === "REST"
      ? {
          "x-amzn-apigateway-api-id": api.id,
          "user-agent": joined["user-agent"] ?? `AmazonAPIGateway_${api.id}`,
        }
      : { forwarded: `for=${routed.request.sourceIp};host=${host};proto=http` };
  const all: Record<string, string> = {
    ...joined,
    ...(fields.cookies ? { cookie: fields.cookies.join("; ") } : {}),
    ...own,
    "x-amzn-trace-id": trace.header,
  };
  for (const [name, value] of mappedTo("header", target, routed)) all[name.toLowerCase()] = value;
  return all;
}

/** A REST API keeps some names for itself, of other servers' headers as of functions'. */
function answerHeaders(rawHeaders: readonly string[], { api }: RoutedRequest): string[] {
  const headers: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (!isOfConnection(name))
      pushHeader(headers, api.protocol === "REST" ? remapped(name) : name, rawHeaders[index + 1]);
  }
  return headers;
}
