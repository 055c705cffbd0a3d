/** Routes of the program and operations of the functions, put together to an OpenAPI 3.1 document. */

import type { ZodMiniType } from "zod/mini";
import { UserError } from "../../shared/user-error.js";
import { errorResponses, errorSchema } from "./error-responses.ts";
import { fieldsOf, JsonSchemas } from "./json-schemas.ts";
import type { HeaderPatterns, Operation } from "./operation.ts";
import type { Described } from "./operations.ts";

export interface ApiRoute {
  method: string;
  /** As the program declares it, e.g. `/orders/{year}/{name+}`. */
  path: string;
  /** Logical name of the function. */
  function: string;
  /** What a token must carry where the program guards the route; undefined where it never does. */
  scopes?: string[];
}

export interface ApiDocument {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string; description: string }[];
  paths: Record<string, Record<string, unknown>>;
  components: Record<string, unknown>;
}

interface About {
  title: string;
  version: string;
  description: string;
}

export function describeApi(
  about: About,
  routes: ApiRoute[],
  { operations, schemas, headerPatterns }: Described,
): ApiDocument {
  const json = new JsonSchemas(schemas);
  const paths: ApiDocument["paths"] = {};
  for (const route of routes) {
    const operation = operations.get(route.function);
    if (!operation) {
      const way = `Describe it in functions/<subject>/operations.ts as \`export const ${route.function}\``;
      throw new UserError(
        `${route.method} ${route.path}: function "${route.function}" has no operation. ${way}.`,
      );
    }
    const path = plainPath(route.path);
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: describe(route, operation, json, headerPatterns),
    };
  }
  return {
    openapi: "3.1.0",
    info: about,
    servers: [{ url: "http://localhost:3000", description: "npm start" }],
    paths,
    components: {
      schemas: { ...json.components(), Error: errorSchema },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "Where the stage asks for it",
        },
      },
    },
  };
}

/** OpenAPI knows no greedy parameters: `{title+}` is `{title}` there. */
export const plainPath = (path: string) => path.replaceAll("+}", "}");

function describe(
  route: ApiRoute,
  operation: Operation,
  json: JsonSchemas,
  patterns: HeaderPatterns,
): Record<string, unknown> {
  return {
    operationId: route.function,
    summary: operation.summary,
    tags: [route.path.split("/")[1]],
    ...(route.scopes && { security: [{}, { token: route.scopes }] }),
    parameters: [...inPath(route, operation), ...inQuery(operation), ...inHeader(operation, patterns)],
    ...(operation.body && {
      requestBody: { required: true, content: { "application/json": { schema: json.of(operation.body) } } },
    }),
    responses: { ...answers(operation, json), ...errorResponses(operation) },
  };
}

function inPath(route: ApiRoute, { path }: Operation): unknown[] {
  return (path ? fieldsOf(path) : []).map(({ name, schema }) => ({
    name,
    in: "path",
    required: true,
    schema,
    ...(route.path.includes(`{${name}+}`) && { description: "May hold slashes, as they are or as %2F" }),
  }));
}

function inQuery({ query }: Operation): unknown[] {
  return (query ? fieldsOf(query) : []).map((field) => ({ ...field, in: "query" }));
}

function inHeader({ ifMatch, idempotencyKey }: Operation, patterns: HeaderPatterns): unknown[] {
  const header = (name: string, pattern: string | undefined, description: string) => ({
    name,
    in: "header",
    description,
    schema: { type: "string", ...(pattern && { pattern }) },
  });
  return [
    ...(ifMatch
      ? [
          header(
            "If-Match",
            patterns.ifMatch,
            "Entity tag of the version to change; in another version the answer is 412",
          ),
        ]
      : []),
    ...(idempotencyKey
      ? [
          header(
            "Idempotency-Key",
            patterns.idempotencyKey,
            "For 24 hours the same key with the same body gives the same answer",
          ),
        ]
      : []),
  ];
}

function answers(operation: Operation, json: JsonSchemas): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(operation.answers).map(([status, schema]) => {
      // What is created under a path that the caller chose needs no telling where it is.
      const located = status === "201" && !operation.path;
      return [status, answer(status, schema, located, json)];
    }),
  );
}

function answer(status: string, schema: ZodMiniType | null, located: boolean, json: JsonSchemas) {
  const versioned = schema && fieldsOf(schema).some(({ name }) => name === "version");
  const headers = {
    ...(located && { location: { schema: { type: "string" } } }),
    ...(versioned && { etag: { schema: { type: "string" }, description: "For If-Match" } }),
  };
  return {
    description: DESCRIPTIONS[status] ?? "Done",
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(schema && { content: { "application/json": { schema: json.of(schema) } } }),
  };
}

const DESCRIPTIONS: Record<string, string> = { 200: "As asked for", 201: "Created", 204: "Deleted" };
