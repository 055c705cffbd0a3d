/** Payload format 2.0: what a function returned becomes an answer. */
import { isObject } from "../../../shared/json.ts";
import { keepOneContentType, pushHeader } from "../http/answer-headers.ts";
import { badBody, badStatus, type Formatted, guarded, statusOf } from "./response.ts";

/**
 * @param payload the JSON the function returned; undefined when it returned nothing
 * @param standardType of a result with a status that names no content type
 */
export function responseV2(
  payload: string | undefined,
  standardType = "text/plain; charset=utf-8",
): Formatted {
  const text = payload ?? "null";
  const result: unknown = JSON.parse(text);
  if (!isObject(result) || !("statusCode" in result)) {
    // A bare text is sent as it is, without the quotes of its JSON.
    return {
      status: 200,
      headers: ["Content-Type", "application/json"],
      body: typeof result === "string" ? result : text,
    };
  }
  return guarded(() => fromResult(result, standardType));
}

function fromResult(result: Record<string, unknown>, standardType: string): Formatted {
  const status = statusOf(result.statusCode);
  if (status === undefined) return badStatus(result.statusCode);
  const { body = "", cookies = [], headers: declared = {} } = result;
  if (body !== null && typeof body !== "string") return badBody(body);
  if (cookies !== null && !Array.isArray(cookies)) return { bad: "cookies is not an array" };
  if (declared !== null && !isObject(declared)) return { bad: "headers is not an object" };
  const headers: string[] = [];
  for (const cookie of cookies ?? []) pushHeader(headers, "Set-Cookie", cookie);
  for (const [name, value] of Object.entries(declared ?? {})) pushHeader(headers, name, value);
  keepOneContentType(headers, standardType);
  const text = body ?? "";
  return { status, headers, body: result.isBase64Encoded === true ? Buffer.from(text, "base64") : text };
}
