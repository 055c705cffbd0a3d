/** From what a backend gave to the answer of a REST API. */
import type { RoutedRequest } from "../../api.ts";
import { mappedValue } from "../../context-variables.ts";
import { headerOf, pushHeader } from "../../http/answer-headers.ts";
import type { HttpAnswer } from "../../http/http-message.ts";
import { isBinaryType, mediaType } from "../../http/request-body.ts";
import type { BackendAnswer, ResponseMapping } from "../../mapped-target.ts";
import { textAtPath } from "../../templates/json-path.ts";
import { textOf } from "../../templates/values.ts";
import { templateVariables } from "../../templates/variables.ts";
import { BadMapping, rendering } from "./request-mapping.ts";

const JSON_TYPE = "application/json";
const HEADER = "method.response.header.";
const OF_BACKEND = /^integration\.response\.(?:(?:multivalue)?header\.(?<header>.+)|body(?:\.(?<path>.+))?)$/;

/** Throws a `BadMapping` where no response is for what the backend gave. */
export function mapResponse(
  responses: readonly ResponseMapping[],
  given: BackendAnswer,
  routed: RoutedRequest,
): HttpAnswer {
  const response = responseFor(responses, given.selects);
  const chosen = templateFor(response, routed);
  const content = contentOf(response, given, routed);
  const headers = new Map<string, [name: string, value: string]>();
  const set = (name: string, value: string) => headers.set(name.toLowerCase(), [name, value]);
  set("Content-Type", chosen?.type ?? JSON_TYPE);
  for (const [parameter, source] of Object.entries(response.parameters)) {
    const value = mappedOf(source, given, routed);
    if (parameter.startsWith(HEADER) && value !== undefined) set(parameter.slice(HEADER.length), value);
  }
  let { status } = response;
  let body = content;
  if (chosen) {
    if (typeof content !== "string") throw new BadMapping("a template is for an answer that is binary");
    const { variables, overrides } = templateVariables(routed, content);
    body = rendering(chosen.template, variables);
    status = overrides.response.status() ?? status;
    for (const [name, value] of overrides.response.header) set(name, textOf(value));
  }
  const listed: string[] = [];
  for (const [name, value] of headers.values()) pushHeader(listed, name, value);
  return { status, headers: listed, body };
}

function responseFor(responses: readonly ResponseMapping[], selects: string | undefined): ResponseMapping {
  const found =
    (selects === undefined ? undefined : responses.find(({ pattern }) => pattern?.test(selects))) ??
    responses.find(({ pattern }) => pattern === undefined);
  if (found) return found;
  throw new BadMapping(
    `no integration response is for ${selects === undefined ? "it" : JSON.stringify(selects)}, and none is the default`,
  );
}

/** By what the caller accepts; without a match it is that of JSON, or the first. */
function templateFor(
  { templates }: ResponseMapping,
  { fields }: RoutedRequest,
): { type: string; template: string } | undefined {
  const accepted = mediaType(fields.joined.accept);
  const type = [accepted, JSON_TYPE, Object.keys(templates)[0]].find(
    (one) => one !== undefined && Object.hasOwn(templates, one),
  );
  const template = type === undefined ? undefined : templates[type];
  // An empty one lets the body pass.
  return type === undefined || !template ? undefined : { type, template };
}

function contentOf(
  { contentHandling }: ResponseMapping,
  { headers, body }: BackendAnswer,
  { api, fields }: RoutedRequest,
): string | Buffer {
  if (body.length === 0) return "";
  const { binaryMediaTypes } = api;
  const isAccepted = isBinaryType(fields.joined.accept?.split(",", 1)[0], binaryMediaTypes);
  const wantsText = contentHandling === "CONVERT_TO_TEXT" || (contentHandling === undefined && !isAccepted);
  if (isBinaryType(headerOf(headers, "content-type"), binaryMediaTypes))
    return wantsText ? body.toString("base64") : body;
  return wantsText ? body.toString() : Buffer.from(body.toString(), "base64");
}

function mappedOf(
  source: string,
  { headers, body }: BackendAnswer,
  routed: RoutedRequest,
): string | undefined {
  const { header, path } = OF_BACKEND.exec(source)?.groups ?? {};
  if (header !== undefined) return headerOf(headers, header);
  // What is not there is an empty text.
  if (path !== undefined) return textAtPath(body, path) ?? "";
  return OF_BACKEND.test(source) ? body.toString() : mappedValue(source, routed);
}
