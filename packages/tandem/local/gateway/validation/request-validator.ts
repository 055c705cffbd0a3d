/** What a REST API asks of a request before the function gets it: parameters that must be there, and a body that fits its model. */
import type { Invalid, RequestValidator, RoutedRequest } from "../api.ts";
import { mediaType } from "../http/request-body.ts";
import { queryPairs } from "../http/request-target.ts";
import type { ModelSchemas } from "./model-schemas.ts";

export interface ValidationRules {
  /** `method.request.header.X` and the like that must be there; empty where parameters are not looked at. */
  required: readonly string[];
  /** Media type, or `$default`, → model; empty where bodies are not looked at. */
  models: Readonly<Record<string, string>>;
}

const PREFIX = "method.request.";

export function requestValidator(
  { required, models }: ValidationRules,
  schemas: ModelSchemas,
): RequestValidator {
  // In the order of their places, as AWS names what is missing.
  const inOrder = [...required].sort();
  return {
    async invalid(request) {
      const missing = inOrder.filter((parameter) => !hasValue(parameter.slice(PREFIX.length), request));
      if (missing.length > 0) return missingParameters(missing, request);
      const model = modelFor(models, request);
      return model === undefined ? undefined : invalidBody(model, request, schemas);
    },
  };
}

function missingParameters(missing: readonly string[], { request }: RoutedRequest): Invalid {
  const names = missing.map((parameter) => parameter.slice(parameter.indexOf(".", PREFIX.length) + 1));
  const message = `Missing required request parameters: [${names.join(", ")}]`;
  const sent = request.rawHeaders.filter((_, index) => index % 2 === 0);
  const other = sent.find((name) => !names.includes(name) && names.some((one) => sameLetters(one, name)));
  const hint = other === undefined ? "" : `; header ${other} is another one, since their case counts here`;
  return { what: "parameters", message, detail: `${message}${hint}` };
}

function sameLetters(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether a parameter is there, and not blank. */
function hasValue(parameter: string, { request, target, parameters }: RoutedRequest): boolean {
  const dot = parameter.indexOf(".");
  const name = parameter.slice(dot + 1);
  switch (parameter.slice(0, dot)) {
    case "header":
      return request.rawHeaders.some(
        (sent, index) => index % 2 === 0 && sent === name && request.rawHeaders[index + 1]?.trim() !== "",
      );
    case "querystring":
      for (const [key, value] of queryPairs(target.query))
        if (key === name && value.trim() !== "") return true;
      return false;
    default:
      return (parameters?.[name] ?? "") !== "";
  }
}

/** A request that names no type has JSON. */
function modelFor(models: ValidationRules["models"], { fields }: RoutedRequest): string | undefined {
  const type = mediaType(fields.joined["content-type"]) ?? "application/json";
  const key = Object.keys(models).find((declared) => mediaType(declared) === type);
  return models[key ?? "$default"];
}

/** A body that is not there is taken for an object without properties. */
async function invalidBody(
  model: string,
  { request }: RoutedRequest,
  schemas: ModelSchemas,
): Promise<Invalid | undefined> {
  const detail = await faultOf(request.body.toString("utf8") || "{}", model, schemas);
  return detail === undefined ? undefined : { what: "body", message: "Invalid request body", detail };
}

async function faultOf(body: string, model: string, schemas: ModelSchemas): Promise<string | undefined> {
  const check = await schemas.check(model);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return "[the body is no JSON]";
  }
  return check(value);
}
