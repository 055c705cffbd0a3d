/** The HTTP server of an emulator: reads a whole request, has it answered, and survives whatever goes wrong. */
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import { createLocalServer } from "../callers.ts";
import type { Decision } from "../iam/guard.ts";
import { readBody } from "../read-body.ts";

export interface FrontRequest {
  method: string;
  /** Path and query as they stand in the request line. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Whether the client went away without waiting for the answer. */
  gone(): boolean;
  /** What was decided of it; kept only where somebody looks. */
  decisions?: Decision[];
  /** Session of the role that asks, once it is known and somebody looks. */
  session?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface FrontOptions {
  /** Bytes of a request's body. */
  largestRequest: number;
  tooLarge: Answer;
  answer(request: FrontRequest): Promise<Answer>;
  failed(error: unknown): Answer;
  /** Told of each answer, where somebody looks. */
  answered?: Answered | undefined;
}

export type Answered = (request: FrontRequest, answer: Answer, started: number) => void;

/** Longer than any client keeps an idle connection, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 120_000;

export function createFront(options: FrontOptions): Server {
  const server = createLocalServer((request, response) => {
    answer(options, request, () => response.destroyed)
      .catch(options.failed)
      .then((reply) => send(response, request, reply));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function answer(options: FrontOptions, request: IncomingMessage, gone: () => boolean): Promise<Answer> {
  const body = await readBody(request, options.largestRequest);
  if (!body) return options.tooLarge;
  const { method = "", url = "/", headers } = request;
  const { answered } = options;
  if (!answered) return options.answer({ method, url, headers, body, gone });
  const asked: FrontRequest = { method, url, headers, body, gone, decisions: [] };
  const started = performance.now();
  const answer = await options.answer(asked);
  answered(asked, answer, started);
  return answer;
}

/** A HEAD is answered with the length of what a GET would bring. */
function send(
  response: ServerResponse,
  { method }: IncomingMessage,
  { status, headers, body }: Answer,
): void {
  const length = method === "HEAD" ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(method === "HEAD" ? undefined : body);
}
