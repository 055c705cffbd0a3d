/** The frame of every HTTP function: check the request, do the work, turn whatever happens into one kind of answer. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { type Answer, refusal } from "./answer.ts";
import { HttpError } from "./http-error.ts";
import type { Input, Operation } from "./operation.ts";
import { readInput } from "./read-input.ts";

export type HttpFunction = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export function serve<O extends Operation>(
  operation: O,
  work: (input: Input<O>) => Promise<Answer>,
): HttpFunction {
  return async (event) => {
    const { requestId } = event.requestContext;
    try {
      return await work(readInput(operation, event));
    } catch (error) {
      return refusal(asHttpError(error), requestId);
    }
  };
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  return new HttpError(500, "internal_error", "Something went wrong here; it has been logged", {
    cause: error,
  });
}
