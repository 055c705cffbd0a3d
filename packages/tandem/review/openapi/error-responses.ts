/** Which errors an operation can answer with: they follow from what it takes. */
import type { JsonSchema } from "./json-schemas.ts";
import type { Operation } from "./operation.ts";

const text = { type: "string" };

export const errorSchema: JsonSchema = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message", "requestId"],
      properties: {
        code: { ...text, description: "For programs; stays the same" },
        message: { ...text, description: "For people; may change" },
        fields: {
          type: "array",
          description: "Every field that is wrong",
          items: {
            type: "object",
            required: ["in", "field", "message"],
            properties: { in: { enum: ["path", "query", "header", "body"] }, field: text, message: text },
          },
        },
        requestId: text,
      },
    },
  },
};

const retryAfter = { "retry-after": { schema: { type: "integer" }, description: "Seconds" } };

export function errorResponses(operation: Operation): Record<string, unknown> {
  const { path, query, body, ifMatch, idempotencyKey } = operation;
  const usesStore = Boolean(path || query || body);
  const writes = Boolean(body || ifMatch);
  return {
    ...(usesStore && { 400: failure("The request does not fit this description; `fields` says where") }),
    ...(path && { 404: failure("There is no such thing") }),
    ...(writes && { 409: failure("Somebody else is changing it at this moment; try again", retryAfter) }),
    ...(ifMatch && { 412: failure("It is not in the version that If-Match names") }),
    ...(body && { 413: failure("The body is too large"), 415: failure("The body is not application/json") }),
    ...(idempotencyKey && { 422: failure("The Idempotency-Key was used with another body") }),
    // Given by the gateway itself, in its own shape.
    ...(!body && { 413: { description: "The body is too large" } }),
    431: { description: "Request line and headers are more than 10,240 bytes" },
    429: { description: "Too many requests; try again later" },
    ...(usesStore && {
      500: failure("A mistake of the service; it has been logged"),
      503: failure("The store does not answer; try again after `retry-after`", retryAfter),
    }),
  };
}

function failure(description: string, headers?: Record<string, unknown>) {
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return { description, ...(headers && { headers }), content };
}
