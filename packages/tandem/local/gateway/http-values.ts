/** What mappings of HTTP APIs name: `$request.header.x`, `$response.body.x`, `$context.stage`, or a text with such in it. */
import type { RoutedRequest } from "./api.ts";
import { valueAt } from "./context-variables.ts";
import { headerOf } from "./http/answer-headers.ts";
import { textAtPath } from "./templates/json-path.ts";

/** What an answer's mappings read of it. */
export interface AnswerParts {
  /** Names and values in turn. */
  headers: readonly string[];
  body: Buffer;
}

const NAMED = String.raw`(?:request\.(?:header|querystring|path|body)\.[\w.$\[\]'"*@:-]+|request\.(?:path|body)|response\.(?:header|body)\.[\w.$\[\]'"*@:-]+|(?:context|stageVariables)\.[\w.-]+)`;
const WHOLE = new RegExp(`^\\$(${NAMED})$`);
const WITHIN = new RegExp(`\\$\\{(${NAMED})\\}`, "g");

/** Whether all of it can be worked out: no dollar is left that names nothing. */
export function isDynamic(value: string): boolean {
  return (
    WHOLE.test(value) ||
    !/\$(\{|request\.|response\.|context\.|stageVariables\.)/.test(value.replaceAll(WITHIN, ""))
  );
}

/** Undefined where the request has nothing there. */
export function valueOfRequest(value: string, routed: RoutedRequest): string | undefined {
  return worked(value, (name) => ofRequest(name, routed));
}

export function valueOfAnswer(value: string, answer: AnswerParts, routed: RoutedRequest): string | undefined {
  return worked(value, (name) =>
    name.startsWith("response.") ? ofAnswer(name, answer) : ofRequest(name, routed),
  );
}

function worked(value: string, read: (name: string) => string | undefined): string | undefined {
  const whole = WHOLE.exec(value)?.[1];
  if (whole !== undefined) return read(whole);
  return value.replaceAll(WITHIN, (_all, name: string) => read(name) ?? "");
}

function ofRequest(name: string, routed: RoutedRequest): string | undefined {
  if (name === "request.path") return routed.routePath;
  if (name === "request.body") return routed.request.body.toString();
  const [, place = "", rest = ""] = /^(request\.\w+|context|stageVariables)\.(.+)$/s.exec(name) ?? [];
  return valueAt(place, rest, routed);
}

function ofAnswer(name: string, { headers, body }: AnswerParts): string | undefined {
  const [, place, rest = ""] = /^response\.(header|body)\.(.+)$/s.exec(name) ?? [];
  return place === "header" ? headerOf(headers, rest) : textAtPath(body, rest);
}
