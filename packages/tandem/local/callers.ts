/**
 * Who may call a port of the local run by HTTP. A page of any site can have its browser send requests to this machine: by a
 * name of its own that suddenly means 127.0.0.1 (DNS rebinding), or as a simple request across origins. The first shows
 * in `Host`, the second in `Origin`.
 */
import type { IncomingHttpHeaders, RequestListener, Server } from "node:http";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { createServer } from "../shared/node-http.ts";

/** AWS's SDKs set this before the host of StartSyncExecution. Nobody can own such a name: its last part is a number. */
const PREFIXED = /^sync-(127\.0\.0\.1)$/;

type Named = Pick<IncomingHttpHeaders, "host" | "origin">;

/**
 * Values as they were sent and found to be of this machine: a client sends the same ones with every request. Only what the
 * value itself says is kept, never what `allowsOrigin` or the machine's present name said of it.
 */
const knownHosts = new Set<string>();
const knownOrigins = new Set<string>();
const MOST_KNOWN = 1_000;

/** The sentence to refuse with; undefined when the caller is none of a foreign site. */
export function whyForeign(
  { host, origin }: Named,
  allowsOrigin: (origin: string) => boolean = () => false,
): string | undefined {
  if (host !== undefined && !knownHosts.has(host) && !isOwnHost(host)) {
    return `Host ${JSON.stringify(host)} is no name of this machine: call it by 127.0.0.1, localhost or [::1]`;
  }
  if (origin !== undefined && !knownOrigins.has(origin) && !isLocalOrigin(origin) && !allowsOrigin(origin)) {
    return `Origin ${JSON.stringify(origin)} is not of this machine`;
  }
  return undefined;
}

/** An HTTP server for this machine alone. Every other caller gets 403 and nothing is done. */
export function createLocalServer(listener: RequestListener): Server {
  return createServer((request, response) => {
    const foreign = whyForeign(request.headers);
    if (foreign === undefined) return listener(request, response);
    request.resume(); // a body that is not read would cut the answer off
    response.writeHead(403, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: `Forbidden. ${foreign}.` }));
  });
}

/** An address needs no look-up that somebody else could answer; what ends with localhost never leaves the machine. */
function isOwnHost(host: string): boolean {
  const name = nameOf(host).replace(PREFIXED, "$1");
  if (isIP(name) !== 0 || isLocalhost(name)) return keep(knownHosts, host);
  // With --host the API may be called from the network, by the machine's name.
  const own = hostname().toLowerCase();
  return name === own || name === `${own}.local`;
}

function isLocalOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const name = nameOf(new URL(origin).host);
  const isLocal = name === "127.0.0.1" || name === "::1" || isLocalhost(name);
  return isLocal && keep(knownOrigins, origin);
}

function keep(known: Set<string>, value: string): true {
  if (known.size < MOST_KNOWN) known.add(value);
  return true;
}

function isLocalhost(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

/** Without port and brackets. */
function nameOf(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
}
