/** A request held to its operation: everything that is wrong with path, query and body is found in one go. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { ZodMiniType } from "zod/mini";
import { readIfMatch } from "./entity-tag.ts";
import { fieldErrors } from "./field-errors.ts";
import { type FieldError, invalidInput } from "./http-error.ts";
import { readIdempotencyKey } from "./idempotency-key.ts";
import type { Input, Operation } from "./operation.ts";
import { readBody } from "./read-body.ts";

export function readInput<O extends Operation>(operation: O, event: APIGatewayProxyEventV2): Input<O> {
  const wrong: FieldError[] = [];
  const check = (place: FieldError["in"], schema: ZodMiniType | undefined, value: () => unknown) => {
    if (!schema) return undefined;
    const result = schema.safeParse(value(), { reportInput: true });
    if (result.success) return result.data;
    wrong.push(...fieldErrors(place, result.error.issues));
    return undefined;
  };
  const input = {
    path: check("path", operation.path, () => event.pathParameters ?? {}),
    query: check("query", operation.query, () => event.queryStringParameters ?? {}),
    body: check("body", operation.body, () => readBody(event)),
    ifMatch: operation.ifMatch && readIfMatch(event.headers["if-match"]),
    idempotencyKey: operation.idempotencyKey && readIdempotencyKey(event),
  };
  if (wrong.length > 0) throw invalidInput(wrong);
  // The schemas gave each part its type; only the compiler cannot see that through the optional schemas.
  return input as Input<O>;
}
