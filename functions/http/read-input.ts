/** A request held to its operation: everything that is wrong with path, query, headers and body is found in one go. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { ZodMiniType } from "zod/mini";
import { readIfMatch } from "./entity-tag.ts";
import { fieldErrors, MOST_FIELDS } from "./field-errors.ts";
import { type FieldError, HttpError, invalidInput } from "./http-error.ts";
import { readIdempotencyKey } from "./idempotency-key.ts";
import type { Input, Operation } from "./operation.ts";
import { readBody } from "./read-body.ts";

export function readInput<O extends Operation>(operation: O, event: APIGatewayProxyEventV2): Input<O> {
  const wrong: FieldError[] = [];
  /** Collects what `read` finds wrong; another refusal than of fields (415, 413) is the answer at once. */
  const collect = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof HttpError) || !error.fields) throw error;
      wrong.push(...error.fields);
      return undefined;
    }
  };
  const check = (place: FieldError["in"], schema: ZodMiniType | undefined, read: () => unknown) =>
    schema && collect(() => parse(place, schema, read()));
  const input = {
    path: check("path", operation.path, () => event.pathParameters ?? {}),
    query: check("query", operation.query, () => event.queryStringParameters ?? {}),
    body: check("body", operation.body, () => readBody(event)),
    ifMatch: operation.ifMatch && collect(() => readIfMatch(event.headers["if-match"])),
    idempotencyKey: operation.idempotencyKey && collect(() => readIdempotencyKey(event)),
  };
  if (wrong.length > 0) throw invalidInput(wrong.slice(0, MOST_FIELDS));
  // The schemas gave each part its type; only the compiler cannot see that through the optional schemas.
  return input as Input<O>;
}

function parse(place: FieldError["in"], schema: ZodMiniType, value: unknown): unknown {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw invalidInput(fieldErrors(place, result.error.issues));
}
