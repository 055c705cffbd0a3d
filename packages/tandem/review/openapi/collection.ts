/** A collection of requests (Postman 2.1, which Bruno imports too), made of the API description. */
import type { ApiDocument } from "./describe-api.ts";
import { sampleOf } from "./sample.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  description?: string;
  schema: Record<string, unknown>;
}

interface DescribedOperation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: { content: { "application/json": { schema: Record<string, unknown> } } };
}

export function toCollection(document: ApiDocument): unknown {
  const requests = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: (operation as DescribedOperation).tags[0],
      request: toRequest(document, method, path, operation as DescribedOperation),
    })),
  );
  const tags = [...new Set(requests.map(({ tag }) => tag))];
  return {
    info: {
      name: document.info.title,
      description: document.info.description,
      schema: "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    variable: [
      { key: "baseUrl", value: document.servers[0]?.url },
      { key: "token", value: "" },
    ],
    auth: { type: "bearer", bearer: [{ key: "token", value: "{{token}}", type: "string" }] },
    item: tags.map((name) => ({
      name,
      item: requests.filter(({ tag }) => tag === name).map(({ request }) => request),
    })),
  };
}

function toRequest(
  document: ApiDocument,
  method: string,
  path: string,
  operation: DescribedOperation,
): unknown {
  const parameters = (place: Parameter["in"]) =>
    operation.parameters.filter((parameter) => parameter.in === place);
  const segments = path.slice(1).replaceAll(/\{(\w+)\}/g, ":$1");
  const body = operation.requestBody?.content["application/json"].schema;
  return {
    name: operation.summary,
    request: {
      method: method.toUpperCase(),
      header: [
        ...(body ? [{ key: "content-type", value: "application/json" }] : []),
        ...parameters("header").map(toEntry),
      ],
      url: {
        raw: `{{baseUrl}}/${segments}`,
        host: ["{{baseUrl}}"],
        path: segments.split("/"),
        query: parameters("query").map(toEntry),
        variable: parameters("path").map(({ name, schema }) => ({
          key: name,
          value: String(sampleOf(document, schema)),
        })),
      },
      ...(body && { body: { mode: "raw", raw: JSON.stringify(sampleOf(document, body), null, 2) } }),
    },
  };
}

/** Optional parameters are there to be switched on. */
const toEntry = ({ name, description }: Parameter) => ({ key: name, value: "", description, disabled: true });
