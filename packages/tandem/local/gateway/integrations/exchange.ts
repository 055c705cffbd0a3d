/** One request to another server, and what it answers. */
import type { ClientRequest, IncomingMessage } from "node:http";
import { request as byHttps } from "node:https";
import limits from "../../../shared/aws/limits.cjs";
import { request as byHttp } from "../../../shared/node-http.ts";
import { within } from "../../pausable-clock.ts";
import cloud from "../../workers/runtime/cloud.cjs";
import type { GatewayAnswers } from "../gateway-answers.ts";
import type { HttpAnswer } from "../http/http-message.ts";

export interface Outgoing {
  url: URL;
  /** Path and query where they go on as they came: within a URL `/a/../b` is `/b`, and `//b` a host. */
  target?: string;
  method: string;
  /** Without a content length. */
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface Incoming {
  status: number;
  /** Names and values in turn. */
  headers: readonly string[];
  body: Buffer;
}

/** No answer of the server's: what the caller is told, and why. */
export interface NoAnswer {
  answer: HttpAnswer;
  reason: string;
}

export function isNoAnswer(result: Incoming | NoAnswer): result is NoAnswer {
  return "reason" in result;
}

/** Nothing goes to an address of the cloud. */
export async function exchange(
  outgoing: Outgoing,
  timeoutMilliseconds: number,
  answers: GatewayAnswers,
): Promise<Incoming | NoAnswer> {
  const { hostname, host } = outgoing.url;
  if (cloud.isCloud(hostname))
    return {
      answer: answers.endpointUnreachable,
      reason: `${hostname} is an address of the cloud: the local run lets nothing out to it`,
    };
  const cut = new AbortController();
  try {
    const answer = await within(timeoutMilliseconds, send(outgoing, cut.signal));
    if (answer) return answer;
    return {
      answer: answers.integrationTimeout,
      reason: `${host} did not answer within ${timeoutMilliseconds} ms`,
    };
  } catch (error) {
    return { answer: answers.endpointUnreachable, reason: `${host}: ${(error as Error).message}` };
  } finally {
    cut.abort();
  }
}

async function send(
  { url, target, method, headers, body }: Outgoing,
  signal: AbortSignal,
): Promise<Incoming> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const open = url.protocol === "https:" ? byHttps : byHttp;
  const length = String(Buffer.byteLength(body));
  const sent: ClientRequest = open(
    url,
    {
      method,
      headers: { ...headers, "content-length": length },
      signal,
      ...(target === undefined ? {} : { path: target }),
    },
    resolve,
  );
  sent.on("error", reject);
  sent.end(body);
  const response = await promise;
  return {
    status: response.statusCode ?? 0,
    headers: response.rawHeaders,
    body: await bodyOf(response),
  };
}

async function bodyOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limits.apiGateway.largestBody)
      throw new Error(`its answer is over ${limits.apiGateway.largestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
