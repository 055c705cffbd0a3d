/** What a function behind a WebSocket API returned. */
import { isObject } from "../../shared/json.ts";
import { type BadResult, badBody, badStatus, statusOf } from "../gateway/payloads/response.ts";

export interface FunctionAnswer {
  status: number;
  body?: string;
  /** The one header that reaches a client: which of its subprotocols is spoken. */
  subprotocol?: string;
}

const SUBPROTOCOL = "sec-websocket-protocol";

export function readResult(payload: string | undefined): FunctionAnswer | BadResult {
  const result: unknown = JSON.parse(payload ?? "null");
  if (!isObject(result)) return { bad: "a WebSocket API wants an object with statusCode" };
  const status = statusOf(result.statusCode);
  if (status === undefined) return badStatus(result.statusCode);
  const { body, headers } = result;
  if (body !== undefined && body !== null && typeof body !== "string") return badBody(body);
  const [, subprotocol] =
    Object.entries(isObject(headers) ? headers : {}).find(([name]) => name.toLowerCase() === SUBPROTOCOL) ??
    [];
  return {
    status,
    ...(typeof body === "string" ? { body } : {}),
    ...(typeof subprotocol === "string" ? { subprotocol } : {}),
  };
}
