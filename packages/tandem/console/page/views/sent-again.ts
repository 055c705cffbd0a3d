/** A request as it is sent once more: by the console, or by a line for a terminal. */
import type { Detail } from "../types.ts";

export interface Edited {
  method: string;
  target: string;
  headers: [string, string][];
  body: string;
}

export function editedOf({ request }: Detail): Edited {
  const { method = "GET", target = "/", headers = [], body } = request ?? {};
  return {
    method,
    target,
    headers: headers.filter(([name]) => !/^(host|connection|content-length|transfer-encoding)$/i.test(name)),
    body: body && !body.isBinary ? body.text : "",
  };
}

export function curlOf(detail: Detail, url: string): string {
  const { method, target, headers, body } = editedOf(detail);
  const parts = ["curl -i"];
  if (method !== "GET") parts.push(`-X ${method}`);
  parts.push(quoted(`${url}${target}`));
  for (const [name, value] of headers) {
    if (!/^(user-agent|accept|accept-encoding)$/i.test(name)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (body) parts.push(`-d ${quoted(body)}`);
  return parts.join(" ");
}

/** What a handshake says by itself. */
const OF_HANDSHAKE = /^(sec-websocket-.*|upgrade|user-agent|accept|accept-encoding)$/i;

/** A WebSocket is spoken to by a client of one: it connects, and says the message where there was one. */
export function wscatOf(detail: Detail): string {
  const { method, target, headers, body } = editedOf(detail);
  const isConnect = method === "CONNECT";
  const path = isConnect ? target : `/${detail.request?.stage ?? ""}`;
  const parts = ["npx wscat -c", quoted(`${detail.address?.url ?? ""}${path}`)];
  for (const [name, value] of headers) {
    if (!OF_HANDSHAKE.test(name)) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (!isConnect && body) parts.push(`-x ${quoted(body)}`);
  return parts.join(" ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
