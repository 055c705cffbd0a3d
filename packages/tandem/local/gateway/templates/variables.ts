/** What a template finds: `$input`, `$util`, `$context` and `$stageVariables`. */
import type { RoutedRequest } from "../api.ts";
import { queryPairs } from "../http/request-target.ts";
import { requestContext } from "../payloads/event-v1.ts";
import { valueAtPath } from "./json-path.ts";
import { FunctionObject, fromJson, jsonOf, parsed, textOf, type Value } from "./values.ts";

/** What a template may set of a request or an answer. */
export interface Overrides {
  request: Record<"header" | "querystring" | "path", Map<string, Value>>;
  response: { header: Map<string, Value>; status: () => number | undefined };
}

export interface TemplateVariables {
  variables: Map<string, Value>;
  overrides: Overrides;
}

/** Of a request's template, or of an answer's: `body` is what comes in. */
export function templateVariables(routed: RoutedRequest, body: string): TemplateVariables {
  const context = fromJson(requestContext(routed, routed.identity)) as Map<string, Value>;
  const request = { header: new Map(), querystring: new Map(), path: new Map() };
  const response = new Map<string, Value>([["header", new Map<string, Value>()]]);
  context.set("requestOverride", new Map(Object.entries(request)));
  context.set("responseOverride", response);
  return {
    variables: new Map<string, Value>([
      ["input", inputOf(routed, body)],
      ["util", util],
      ["context", context],
      ["stageVariables", fromJson(routed.stage.variables ?? {})],
    ]),
    overrides: {
      request,
      response: {
        header: response.get("header") as Map<string, Value>,
        status: () => statusOf(response.get("status")),
      },
    },
  };
}

/** One that is no status of HTTP is ignored. */
function statusOf(value: Value = null): number | undefined {
  const status = Number(textOf(value));
  return Number.isInteger(status) && status >= 100 && status < 600 ? status : undefined;
}

/** Recorded: an empty body is an empty object. */
function inputOf(routed: RoutedRequest, body: string): FunctionObject {
  const sent = body === "" ? "{}" : body;
  let json: Value | undefined;
  const root = () => {
    // Null is what a body is that is no JSON.
    if (json === undefined) json = parsed(sent) ?? null;
    return json;
  };
  const path = (where: Value = "$") => valueAtPath(root(), textOf(where));
  return new FunctionObject(
    {
      path: (where) => path(where),
      json: (where) => {
        const found = path(where);
        return found === null ? '""' : jsonOf(found);
      },
      params: (name) => (name === undefined ? allParameters(routed) : parameter(routed, textOf(name))),
    },
    new Map([["body", sent]]),
  );
}

function allParameters(routed: RoutedRequest): Map<string, Value> {
  const { request, parameters = {}, target } = routed;
  const headers = request.rawHeaders.flatMap((name, at, all): [string, string][] =>
    at % 2 === 0 ? [[name, all[at + 1] ?? ""]] : [],
  );
  return new Map<string, Value>([
    ["path", new Map(Object.entries(parameters))],
    ["querystring", new Map(queryPairs(target.query))],
    ["header", new Map(headers)],
  ]);
}

/** Looked for in the path, the query and the headers, in this order; nothing is an empty text. */
function parameter({ fields, parameters = {}, target }: RoutedRequest, name: string): string {
  if (Object.hasOwn(parameters, name)) return parameters[name] ?? "";
  const query = [...queryPairs(target.query)].findLast(([key]) => key === name)?.[1];
  if (query !== undefined) return query;
  const lower = name.toLowerCase();
  if (lower === "cookie") return fields.cookies?.join("; ") ?? "";
  return Object.hasOwn(fields.joined, lower) ? (fields.joined[lower] ?? "") : "";
}

const ESCAPES: Record<string, string> = {
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const util = new FunctionObject({
  // AWS's page says that single quotes are escaped too, which JSON does not allow.
  escapeJavaScript: (value = null) =>
    textOf(value).replaceAll(/["'\\]|[\b\f\n\r\t]/g, (one) => ESCAPES[one] ?? `\\${one}`),
  parseJson: (value = null) => parsed(textOf(value)) ?? null,
  urlEncode: (value = null) =>
    encodeURIComponent(textOf(value))
      .replaceAll("%20", "+")
      .replaceAll(/[!'()~]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`),
  urlDecode: (value = null) => decoded(textOf(value)),
  base64Encode: (value = null) => Buffer.from(textOf(value)).toString("base64"),
  base64Decode: (value = null) => Buffer.from(textOf(value), "base64").toString(),
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

const CALLED = /\$!?\{?(util|input)\.(\w+)/g;
const KNOWN = new Set([...Object.keys(util.of), "path", "json", "params", "body"]);

/** What of `$util` and `$input` is not there, told before any request. */
export function unknownCall(template: string): string | undefined {
  for (const [, object = "", name = ""] of template.matchAll(CALLED))
    if (!KNOWN.has(name)) return `$${object}.${name}`;
  return undefined;
}
