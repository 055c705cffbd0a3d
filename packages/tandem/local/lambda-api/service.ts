/**
 * Lambda's own HTTP interface, as far as `Invoke`: functions that call each other through an SDK reach it by
 * AWS_ENDPOINT_URL_LAMBDA, and `npm run invoke` by the status of a run that is up.
 */

import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { readArn } from "../../program/reading/arn.ts";
import { parseFunctionReference, readFunctionReference } from "../../program/reading/function-reference.ts";
import limits from "../../shared/aws/limits.cjs";
import { parseObject } from "../../shared/json.ts";
import { createLocalServer } from "../callers.ts";
import { jsonFault } from "../iam/authentication-faults.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import type { InvokeResult, Invoker } from "../invocation.ts";
import { listenAgain } from "../kept-ports.ts";
import { readBody } from "../read-body.ts";
import type { LocalContext, Service } from "../service.ts";

export const LAMBDA_ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL_LAMBDA";

export interface LambdaApiOptions {
  invoker: Invoker;
  /** ARN of the function as it is called, with its qualifier; undefined when there is none. */
  arnOf(reference: string): string | undefined;
  guard(): Guard;
  onRefusal(refusal: Refusal): void;
}

const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations\/?(?:\?Qualifier=([^&]+))?$/;
const TYPES = ["RequestResponse", "Event", "DryRun"];
/** Lambda gives back the end of a log, in bytes. */
const LOG_TAIL = 4_096;

interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export class LambdaApiService implements Service {
  readonly name = "lambda api";
  readonly #options: LambdaApiOptions;
  readonly #server: Server;

  constructor(options: LambdaApiOptions) {
    this.#options = options;
    this.#server = createLocalServer((request, response) => {
      this.#handle(request)
        .catch((error: unknown) => failure(500, "ServiceException", String(error)))
        .then((reply) => send(response, reply));
    });
  }

  parity(): undefined {
    return undefined;
  }

  async start(context: LocalContext): Promise<void> {
    const port = await listenAgain(this.#server, context.ports.of("Lambda"));
    context.addresses.variable(LAMBDA_ENDPOINT_VARIABLE, `http://127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #handle(request: IncomingMessage): Promise<Reply> {
    const { method = "", url = "", headers } = request;
    const body = await readBody(request, limits.lambda.largestEvent);
    if (!body)
      return failure(
        413,
        "RequestTooLargeException",
        `Request must be smaller than ${limits.lambda.largestEvent} bytes`,
      );
    const [, reference, qualifier] = INVOKE.exec(url) ?? [];
    if (method !== "POST" || reference === undefined) {
      return failure(501, "UnsupportedOperation", `${method} ${url}: the local Lambda knows only Invoke.`);
    }
    const principal = this.#options.guard().authenticate({ method, url, headers, body }, "lambda");
    if (typeof principal === "string") return failure(403, ...jsonFault(principal, "lambda"));
    const called = readCall(reference, qualifier);
    if ("status" in called) return called;
    return this.#refused(principal, called) ?? this.#invoke(called.name, body.toString(), headers);
  }

  #refused(principal: Principal, { name, region: named = principal.region }: Called): Reply | undefined {
    const { region } = principal;
    if (named !== region) {
      const message = `Functions from '${named}' are not reachable in this region ('${region}')`;
      return failure(404, "ResourceNotFoundException", message);
    }
    const arn = this.#options.arnOf(name);
    const isHere = readArn(arn)?.region === region;
    // By an alias or a version, AWS asks for leave to call that one, not for leave to call the function.
    const resource = arn !== undefined && isHere ? arn : assumedArn(name, principal);
    const refusal = this.#options
      .guard()
      .refusal(principal, [
        { action: "lambda:InvokeFunction", resource, context: { "lambda:invokedviafunctionurl": ["false"] } },
      ]);
    if (refusal) {
      this.#options.onRefusal(refusal);
      return failure(403, "AccessDeniedException", refusal.message);
    }
    return arn === undefined || isHere
      ? undefined
      : failure(404, "ResourceNotFoundException", `Function not found: ${resource}`);
  }

  async #invoke(name: string, body: string, headers: IncomingMessage["headers"]): Promise<Reply> {
    const type = headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (!TYPES.includes(String(type)))
      return failure(
        400,
        "InvalidParameterValueException",
        `InvocationType is ${type}; there are: ${TYPES.join(", ")}`,
      );
    if (type === "DryRun") return { status: 204, body: "" };
    const event = parse(body);
    if (event === undefined)
      return failure(400, "InvalidRequestContentException", "Could not parse request body into json");
    const clientContext = clientContextIn(headers);
    if (clientContext === "none")
      return failure(400, "InvalidRequestContentException", "Client context must be a valid Json.");
    const lines: string[] = [];
    // Every SDK of AWS passes on the trace of the function that calls.
    const traceHeader = headers["x-amzn-trace-id"];
    try {
      const result = await this.#options.invoker.invoke(name, event.value, {
        type: type === "Event" ? "Event" : "RequestResponse",
        caller: "sdk",
        ...(typeof traceHeader === "string" ? { traceHeader } : {}),
        ...(clientContext === undefined ? {} : { clientContext }),
        log: (line) => lines.push(line),
      });
      return type === "Event" && result.status === "ok"
        ? { status: 202, body: "" }
        : answer(result, headers, lines);
    } catch (error) {
      const { name: code, message } = error as Error;
      if (code === "ResourceNotFoundException") return failure(404, code, message);
      // Lambda's own answer to a function that it cannot run.
      if (code === "InvalidRuntimeException" || code === "FunctionNotLoaded")
        return failure(502, "InvalidRuntimeException", message);
      if (code === "StoreNotThere") return failure(503, "ServiceException", message);
      throw error;
    }
  }
}

function answer(result: InvokeResult, headers: IncomingMessage["headers"], lines: string[]): Reply {
  if (result.status === "throttled")
    return failure(429, "TooManyRequestsException", "Rate Exceeded.", { Reason: result.reason });
  const wantsLog = headers["x-amz-log-type"] === "Tail";
  const tail = Buffer.from(`${lines.join("\n")}\n`).subarray(-LOG_TAIL);
  return {
    status: 200,
    headers: {
      "X-Amz-Executed-Version": result.executedVersion ?? "$LATEST",
      ...(result.status === "error" ? { "X-Amz-Function-Error": "Unhandled" } : {}),
      ...(wantsLog ? { "X-Amz-Log-Result": tail.toString("base64") } : {}),
    },
    body: result.status === "error" ? JSON.stringify(result.error) : (result.payload ?? "null"),
  };
}

function failure(status: number, code: string, message: string, more: object = {}): Reply {
  return {
    status,
    headers: { "X-Amzn-ErrorType": code },
    body: JSON.stringify({ ...more, Type: "User", Message: message, message }),
  };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function assumedArn(reference: string, { arn, region }: Principal): string {
  const { name, qualifier, account = readArn(arn)?.account ?? "" } = parseFunctionReference(reference);
  const function_ = `arn:aws:lambda:${region}:${account}:function:${name}`;
  return qualifier === undefined ? function_ : `${function_}:${qualifier}`;
}

interface Called {
  /** As it was named, with its qualifier. */
  name: string;
  region?: string;
}

/** A qualifier may stand in the name or in the query; in both, it must be the same. */
function readCall(encodedReference: string, encodedQualifier: string | undefined): Called | Reply {
  const [reference, qualifier] = [encodedReference, encodedQualifier].map(decoded);
  const read = reference === undefined ? undefined : readFunctionReference(reference);
  if (reference === undefined || !read || (encodedQualifier !== undefined && qualifier === undefined))
    return failure(400, "ValidationException", `${encodedReference} names no function`);
  if (qualifier !== undefined && (read.qualifier ?? qualifier) !== qualifier) {
    const message = "The derived qualifier from the function name does not match the specified qualifier.";
    return failure(400, "InvalidParameterValueException", message);
  }
  const name =
    qualifier === undefined || read.qualifier !== undefined ? reference : `${reference}:${qualifier}`;
  return read.region === undefined ? { name } : { name, region: read.region };
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined; // a stray percent sign
  }
}

/** JSON text; `none` where it is something else. */
function clientContextIn(headers: IncomingMessage["headers"]): string | undefined {
  const encoded = headers["x-amz-client-context"];
  if (typeof encoded !== "string") return undefined;
  const text = Buffer.from(encoded, "base64").toString();
  return parseObject(text) ? text : "none";
}

/** An empty body is no event; undefined when it is no JSON. */
function parse(body: string): { value: unknown } | undefined {
  if (body === "") return { value: {} };
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}
