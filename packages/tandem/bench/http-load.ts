/**
 * Load on one URL from a process of its own, over raw keep-alive sockets: the usual tools count latency in whole
 * milliseconds, and what is measured here takes a fraction of one.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

export interface LoadOptions {
  url: string;
  connections: number;
  seconds: number;
  /** JSON that is sent by POST; without it the requests are GET. */
  body?: string | undefined;
}

export interface LoadResult {
  requestsPerSecond: number;
  requests: number;
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** Answers with another status than 2xx, and connections that broke. */
  errors: number;
}

const self = fileURLToPath(import.meta.url);

export async function httpLoad(options: LoadOptions): Promise<LoadResult> {
  const child = fork(self, [JSON.stringify(options)]);
  const [result] = (await once(child, "message")) as [LoadResult];
  return result;
}

async function run({ url, connections, seconds, body }: LoadOptions): Promise<LoadResult> {
  const { hostname, port, pathname, host } = new URL(url);
  const request =
    body === undefined
      ? `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
      : `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const latencies: number[] = [];
  let errors = 0;
  const end = performance.now() + seconds * 1000;

  /** One request after the other on one connection, until the time is up. */
  const lane = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ port: Number(port), host: hostname, noDelay: true });
      let received = "";
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        socket.write(request);
      };
      socket.setEncoding("latin1");
      socket.on("connect", send);
      socket.on("data", (chunk: string) => {
        received += chunk;
        const length = answerLength(received);
        if (length === undefined || received.length < length) return;
        latencies.push(performance.now() - sentAt);
        if (!received.startsWith("HTTP/1.1 2")) errors += 1;
        received = "";
        if (performance.now() < end) send();
        else socket.end();
      });
      socket.on("error", () => {
        errors += 1;
      });
      socket.on("close", () => resolve());
    });

  await Promise.all(Array.from({ length: connections }, lane));
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    Number((latencies[Math.floor(latencies.length * share)] ?? Number.NaN).toFixed(3));
  return {
    requestsPerSecond: Math.round(latencies.length / seconds),
    requests: latencies.length,
    p50Milliseconds: at(0.5),
    p99Milliseconds: at(0.99),
    errors,
  };
}

/** Bytes of the answer that begins the text; undefined while its head is not complete. */
function answerLength(text: string): number | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return end + 4 + Number(length ?? 0);
}

if (process.argv[1] === self && process.send) {
  process.send(await run(JSON.parse(process.argv[2] ?? "{}") as LoadOptions));
  process.disconnect();
}
