/** The frame of every HTTP function: check the request, do the work, turn whatever happens into one kind of answer. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import { StoreConflict, StoreUnavailable } from "../stores/failures.ts";
import { describeError, logger } from "../telemetry/logger.ts";
import { count } from "../telemetry/metrics.ts";
import { type Answer, refusal } from "./answer.ts";
import { HttpError, internalError, unavailable, writeConflict } from "./http-error.ts";
import type { Input, Operation } from "./operation.ts";
import { readInput } from "./read-input.ts";

export type HttpFunction = (event: APIGatewayProxyEventV2, context: Context) => Promise<Answer>;

export function serve<O extends Operation>(
  operation: O,
  work: (input: Input<O>) => Promise<Answer>,
): HttpFunction {
  const answerTo = async (event: APIGatewayProxyEventV2): Promise<Answer> => {
    try {
      return await work(readInput(operation, event));
    } catch (error) {
      return refusal(logged(asHttpError(error)), event.requestContext.requestId);
    }
  };
  return async (event, context) => {
    logger.addContext(context);
    logger.appendKeys({ request_id: event.requestContext.requestId, route: event.routeKey });
    const answer = await answerTo(event);
    observe(event, answer, context);
    return answer;
  };
}

function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof StoreConflict) return writeConflict(error);
  return error instanceof StoreUnavailable ? unavailable(error) : internalError(error);
}

function logged(error: HttpError): HttpError {
  const { status, code, cause } = error;
  if (status >= 500) logger.error(code, { status, error: describeError(cause) });
  else logger.debug(code, { status });
  return error;
}

function observe({ requestContext }: APIGatewayProxyEventV2, { statusCode }: Answer, context: Context): void {
  if (statusCode >= 500) count({ Failures: 1 }, context.functionName);
  else if (statusCode === 201) count({ Created: 1 }, context.functionName);
  else if (statusCode === 200 && requestContext.http.method === "GET")
    count({ Read: 1 }, context.functionName);
}
