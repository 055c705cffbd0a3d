/** Sends a request to an API of the run, as a client would: the page itself may not ask another origin. */

import { request as httpRequest } from "../shared/node-http.ts";
import { pairs } from "./described.ts";
import { MASKED } from "./secrets.ts";

export interface Sent {
  method: string;
  target: string;
  headers: [string, string][];
  body: string;
}

export interface Answered {
  status: number;
  headers: [string, string][];
  body: string;
  milliseconds: number;
}

/** What node:http says by itself. */
const OWN = /^(host|connection|content-length|transfer-encoding|expect|keep-alive)$/i;
const ANSWER_MS = 60_000;

/** @param known headers of the request that is sent again: a masked value stands for the one it had */
export function sendRequest(url: string, sent: Sent, known: readonly string[] = []): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const headers = sent.headers
    .filter(([name]) => name !== "" && !OWN.test(name))
    .map(([name, value]): [string, string] => [
      name,
      value === MASKED ? (headerOf(known, name) ?? value) : value,
    ]);
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
        port,
        method: sent.method,
        path: sent.target,
        headers: ["Host", `${hostname}:${port}`, ...headers.flat(), ...lengthOf(sent)],
        timeout: ANSWER_MS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: pairs(response.rawHeaders),
            body: Buffer.concat(chunks).toString(),
            milliseconds: performance.now() - started,
          });
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${ANSWER_MS / 1000} s`)));
    asked.on("error", reject);
    asked.end(sent.body);
  });
}

function lengthOf({ method, body }: Sent): string[] {
  return body === "" && /^(GET|HEAD|OPTIONS|DELETE)$/.test(method)
    ? []
    : ["Content-Length", String(Buffer.byteLength(body))];
}

function headerOf(headers: readonly string[], name: string): string | undefined {
  const index = headers.findIndex((one, at) => at % 2 === 0 && one.toLowerCase() === name.toLowerCase());
  return index < 0 ? undefined : headers[index + 1];
}
