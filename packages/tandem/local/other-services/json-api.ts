/** What services of AWS's JSON protocol have in common: who asks, and what the program allows them. */
import { type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { jsonFault } from "../iam/authentication-faults.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import { notImplemented, operationOf } from "./service.ts";

/** An error that the caller gets, by AWS's name for it. */
export class ApiError extends Error {
  constructor(code: string, message: string) {
    super(message);
    this.name = code;
  }
}

export interface ApiOptions {
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
}

/** `may` throws where one of the calls is not allowed. */
export type ApiOperation<Output = JsonObject> = (
  input: JsonObject,
  may: (...calls: Call[]) => void,
  region: string,
) => Output;

export type Operations<Output = JsonObject> = Readonly<Record<string, ApiOperation<Output>>>;

/** @param called for a person, e.g. `Secrets Manager` */
export async function answerApi(
  request: FrontRequest,
  service: string,
  called: string,
  operations: Operations<JsonObject | Promise<JsonObject>>,
  options: ApiOptions,
): Promise<Answer> {
  const name = operationOf(request) ?? "";
  if (!Object.hasOwn(operations, name)) {
    const known = Object.keys(operations).join(", ");
    return notImplemented(request.headers, `${name}: the local ${called} knows only ${known}`);
  }
  const principal = options.guard().authenticate(request, service);
  if (typeof principal === "string") return failure(new ApiError(...jsonFault(principal, service)));
  const input = parseObject(request.body);
  if (!input) return failure(new ApiError("SerializationException", "The request is no JSON object."));
  try {
    const operation = operations[name] as ApiOperation<JsonObject | Promise<JsonObject>>;
    return json(200, await run(operation, input, principal, options));
  } catch (error) {
    if (error instanceof NotHere) return notImplemented(request.headers, error.message);
    if (error instanceof ApiError) return failure(error);
    throw error;
  }
}

/** Also for who asks without a signature of a request. */
export function run<Output>(
  operation: ApiOperation<Output>,
  input: JsonObject,
  principal: Principal,
  { guard, onRefusal }: ApiOptions,
): Output {
  const may = (...calls: Call[]) => {
    const refusal = guard().refusal(principal, calls);
    if (!refusal) return;
    onRefusal(refusal);
    const isKey = refusal.call.action.startsWith("kms:") && calls[0]?.action.startsWith("secretsmanager:");
    throw new ApiError("AccessDeniedException", isKey ? "Access to KMS is not allowed" : refusal.message);
  };
  return operation(input, may, principal.region);
}

/** A part of an operation that is not there: refused by name, whatever the caller may do. */
export class NotHere extends Error {}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Every SDK reads the code of `__type`; a message that AWS leaves out is left out. */
function failure({ name, message }: ApiError): Answer {
  return json(400, { __type: name, ...(message === "" ? {} : { message, Message: message }) });
}

function json(status: number, body: object): Answer {
  return { status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) };
}
