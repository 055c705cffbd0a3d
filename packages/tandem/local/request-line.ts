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
  const color = status >= 500 ? "red" : status >= 400 ? "yellow" : "green";
  const parts = [method, path, paint(color, String(status)), `${milliseconds.toFixed(1)} ms`, name ?? "-"];
  return reason === undefined ? parts.join(" ") : `${parts.join(" ")} (${reason})`;
}
