/** Every service of a local run, in the order in which they start; they stop in reverse. The only list of them. */
import { Gateway } from "./gateway/gateway.ts";
import { credentialsOf } from "./iam/credentials.ts";
import { requestLine } from "./request-line.ts";
import type { Service } from "./service.ts";
import { Workers } from "./workers/workers.ts";

export interface ServiceOptions {
  /** Where the first API listens; without it there is no gateway. */
  listen?: { host: string; port: number };
  /** A line for the person at the terminal. */
  log(line: string): void;
}

export interface Services {
  inOrder: readonly Service[];
  workers: Workers;
  gateway: Gateway | undefined;
}

export function createServices({ listen, log }: ServiceOptions): Services {
  const workers = new Workers({
    credentialsOf,
    onLog: (_functionName, line) => log(line),
    deliver: async () => {},
  });
  const gateway =
    listen && new Gateway({ ...listen, invoker: workers, onRequest: (request) => log(requestLine(request)) });
  const inOrder: Service[] = [workers];
  if (gateway) inOrder.push(gateway);
  return { inOrder, workers, gateway };
}
