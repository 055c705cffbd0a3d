/** One request of the tool's own to a store of the run: by `node:http`, for `fetch` takes 20 ms of each start to load. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { request } from "../shared/node-http.ts";

export interface OwnCall {
  /** Where it goes, `/` unless told. As a signature has it: encoded. */
  path?: string;
  method?: "POST" | "PUT";
  headers: Record<string, string>;
  body: string;
  signal?: AbortSignal | undefined;
}

export interface CallAnswer {
  status: number;
  /** A status of 2xx. */
  ok: boolean;
  headers: IncomingHttpHeaders;
  text: string;
}

/** @param endpoint on this machine. Rejects where nobody answers, and with an AbortError. */
export async function ownCall(
  { protocol, hostname, port }: URL,
  { path = "/", method = "POST", headers, body, signal }: OwnCall,
): Promise<CallAnswer> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const to = { protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port, path };
  const sent = request({ ...to, method, headers: { ...headers, ...length }, signal }, resolve);
  sent.on("error", reject);
  sent.end(body);
  const response = await promise;
  // Of the request's signal its answer would say that the connection was reset.
  if (signal) addAbortSignal(signal, response);
  const { statusCode: status = 0 } = response;
  return { status, ok: status >= 200 && status < 300, headers: response.headers, text: await text(response) };
}
