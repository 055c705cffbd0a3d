/** What a service has open by HTTP: a server for each API or function URL, by its URN. */
import type { ApiServer } from "./server.ts";

export interface Served<Handler> {
  /** Replaced at every reload, the server stays. */
  handler: Handler;
  server: ApiServer;
  url: string;
}

/** By which a client on this machine calls it, where it listens on all hosts too. */
export function addressOf(host: string, port: number): string {
  return `http://${reachable(host)}:${port}`;
}

function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** From now on these take the requests, each by its URN. `serve` opens what is not served yet. */
export async function handOver<Handler>(
  served: ReadonlyMap<string, Served<Handler>>,
  handlers: ReadonlyMap<string, Handler>,
  serve: (handler: Handler) => Promise<void>,
): Promise<void> {
  for (const [urn, handler] of handlers) {
    const known = served.get(urn);
    if (known) known.handler = handler;
    else await serve(handler);
  }
}

/** Closes all but these. */
export async function closeOthers(
  served: Map<string, Served<unknown>>,
  urns: readonly string[],
): Promise<void> {
  const others = [...served].filter(([urn]) => !urns.includes(urn));
  for (const [urn] of others) served.delete(urn);
  await Promise.all(others.map(([, { server }]) => server.close()));
}
