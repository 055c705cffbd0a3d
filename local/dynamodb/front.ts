/** DynamoDB's HTTP interface: checks who asks and whether they may, then lets the store answer. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dynamodbCalls } from "../iam/actions-dynamodb.ts";
import type { AuthenticationFailure, Guard, Principal, Refusal } from "../iam/guard.ts";
import type { Answer, Store } from "./store.ts";

export interface FrontOptions {
  store: Store;
  guard(): Guard;
  partitionKey(table: string): string | undefined;
  onRefusal(refusal: Refusal): void;
}

/** DynamoDB's own limit of a request. */
const LARGEST_REQUEST = 16 * 1024 * 1024;
/** Longer than any client keeps an idle connection, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 120_000;
const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;

const failures: Record<AuthenticationFailure, [code: string, message: string]> = {
  "no signature": ["MissingAuthenticationTokenException", "Request is missing Authentication Token"],
  "unknown key": ["UnrecognizedClientException", "The security token included in the request is invalid."],
  "wrong signature": [
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
};

export function createFront(options: FrontOptions): Server {
  const server = createServer((request, response) => {
    handle(options, request, response).catch((error: unknown) => {
      reply(response, failure("InternalServerError", String(error), 500));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function handle(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await read(request);
  if (!body)
    return reply(response, failure("RequestEntityTooLarge", "The request is larger than 16 MB.", 413));
  const { method = "", url = "/", headers } = request;
  const target = String(headers["x-amz-target"] ?? "");
  const operation = TARGET.exec(target)?.[1];
  if (method !== "POST" || !operation) return reply(response, failure("UnknownOperationException", ""));

  const principal = options.guard().authenticate({ method, url, headers, body });
  if (typeof principal === "string") return reply(response, failure(...failures[principal]));
  const refused = refuse(options, principal, operation, body);
  reply(response, refused ?? (await options.store.send(target, body)));
}

function refuse(
  options: FrontOptions,
  principal: Principal,
  operation: string,
  body: Buffer,
): Answer | undefined {
  // The operator may do everything, so what a request means need not be found out.
  if (!principal.role) return undefined;
  const input = parse(body);
  if (!input) return failure("SerializationException", "");
  const { region } = principal;
  const calls = dynamodbCalls({ operation, input, region, partitionKey: options.partitionKey });
  if (!calls) {
    const message = `${operation}: the local DynamoDB does not know PartiQL, so its permissions cannot be judged`;
    return failure("AccessDeniedException", message);
  }
  const refusal = options.guard().refusal(principal, calls);
  if (!refusal) return undefined;
  options.onRefusal(refusal);
  return failure("AccessDeniedException", refusal.message);
}

/** Undefined when it is larger than allowed; the rest is read and dropped, so that the client gets its answer. */
async function read(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_REQUEST) chunks.push(chunk);
  }
  return size <= LARGEST_REQUEST ? Buffer.concat(chunks) : undefined;
}

function parse(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // no JSON: answered as DynamoDB answers it
  }
}

function failure(code: string, message: string, status = 400): Answer {
  return {
    status,
    headers: { "Content-Type": "application/x-amz-json-1.0" },
    body: JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message }),
  };
}

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}
