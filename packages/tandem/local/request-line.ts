/** The access log of the terminal: one line a request. */

import { paint } from "../shared/terminal.ts";
import type { RequestLine } from "./gateway/service.ts";

export function requestLine({
  method,
  path,
  status,
  milliseconds,
  function: name,
  reason,
}: RequestLine): string {
  const parts = [method, path, painted(status), `${milliseconds.toFixed(1)} ms`, name ?? "-"];
  return reason === undefined ? parts.join(" ") : `${parts.join(" ")} (${reason})`;
}

/** There are few, and to ask the terminal whether it shows colours costs more than the rest of the line. */
const paintedStatuses = new Map<number, string>();

function painted(status: number): string {
  const known = paintedStatuses.get(status);
  if (known !== undefined) return known;
  const color = status >= 500 ? "red" : status >= 400 ? "yellow" : "green";
  const text = paint(color, String(status));
  paintedStatuses.set(status, text);
  return text;
}
