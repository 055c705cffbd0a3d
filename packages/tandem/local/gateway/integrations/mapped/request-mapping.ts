/** From a caller's request to the one that a backend gets. */
import type { RoutedRequest } from "../../api.ts";
import { MAPPED_TO, mappedValue } from "../../context-variables.ts";
import { isBinaryType, mediaType } from "../../http/request-body.ts";
import type { MappedRequest, RequestMapping } from "../../mapped-target.ts";
import { Template } from "../../templates/evaluate.ts";
import { NotJudged, textOf, type Value } from "../../templates/values.ts";
import { type Overrides, templateVariables } from "../../templates/variables.ts";

const JSON_TYPE = "application/json";

/** The body is of a type that the integration takes nothing of. */
export class UnsupportedMediaType extends Error {}

/** It is AWS's error, not the caller's: a template on what is no text. */
export class BadMapping extends Error {}

export function mapRequest(mapping: RequestMapping, routed: RoutedRequest): MappedRequest {
  const template = templateFor(mapping, routed);
  const body = contentOf(mapping, routed);
  if (template === undefined) return withParameters(mapping, routed, body, undefined);
  if (typeof body !== "string") throw new BadMapping("a template is for a body that is binary");
  const { variables, overrides } = templateVariables(routed, body);
  const rendered = rendering(template, variables);
  return withParameters(mapping, routed, rendered, overrides.request);
}

function templateFor(
  { templates, passthrough }: RequestMapping,
  { fields }: RoutedRequest,
): string | undefined {
  const type = mediaType(fields.joined["content-type"]) ?? JSON_TYPE;
  const found = templates[type] ?? templates.$default;
  if (found !== undefined) return found;
  if (passthrough === "NEVER" || (passthrough === "WHEN_NO_TEMPLATES" && Object.keys(templates).length > 0))
    throw new UnsupportedMediaType(`no template is for ${type}, and passthroughBehavior is ${passthrough}`);
  return undefined;
}

function contentOf(
  { contentHandling }: RequestMapping,
  { api, fields, request }: RoutedRequest,
): string | Buffer {
  const { body } = request;
  if (isBinaryType(fields.joined["content-type"], api.binaryMediaTypes) && body.length > 0)
    return contentHandling === "CONVERT_TO_TEXT" ? body.toString("base64") : body;
  return contentHandling === "CONVERT_TO_BINARY" ? Buffer.from(body.toString(), "base64") : body.toString();
}

/** What mappings say, and over it what the template sets. */
function withParameters(
  { parameters }: RequestMapping,
  routed: RoutedRequest,
  body: string | Buffer,
  overrides: Overrides["request"] | undefined,
): MappedRequest {
  const mapped = { header: new Map(), querystring: new Map(), path: new Map<string, Value>() };
  for (const [to, from] of Object.entries(parameters)) {
    const [, place, name] = MAPPED_TO.exec(to) ?? [];
    const value = mappedValue(from, routed);
    if (value !== undefined && name !== undefined && isPlace(place))
      mapped[place].set(place === "header" ? name.toLowerCase() : name, value);
  }
  for (const [name, value] of overrides?.header ?? []) mapped.header.set(name.toLowerCase(), value);
  return {
    headers: asTexts(mapped.header),
    query: Object.entries(asTexts(new Map([...mapped.querystring, ...(overrides?.querystring ?? [])]))),
    path: asTexts(new Map([...mapped.path, ...(overrides?.path ?? [])])),
    body,
  };
}

function isPlace(place: string | undefined): place is keyof Overrides["request"] {
  return place === "header" || place === "querystring" || place === "path";
}

function asTexts(values: ReadonlyMap<string, Value>): Record<string, string> {
  return Object.fromEntries([...values].map(([name, value]) => [name, textOf(value)]));
}

/** Read once for all requests. */
const templates = new Map<string, Template>();

export function rendering(template: string, variables: Map<string, Value>): string {
  const known = templates.get(template) ?? new Template(template);
  templates.set(template, known);
  try {
    return known.render(variables);
  } catch (error) {
    if (error instanceof RangeError) throw new NotJudged(`a template cannot be worked out: ${error.message}`);
    throw error;
  }
}
