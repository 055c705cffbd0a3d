/** CORS of an HTTP API: with rules, the gateway alone answers preflights and sets the headers; without, it adds nothing. */
import type { HttpAnswer } from "./http/http-message.ts";

export interface CorsRules {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  exposeHeaders: string[];
  allowCredentials: boolean;
  /** Seconds; absent when not declared. */
  maxAge?: number;
}

/** What a browser sends before a request that needs leave. */
export function isPreflight(method: string, headers: Record<string, string>): boolean {
  return method === "OPTIONS" && headers.origin !== undefined && "access-control-request-method" in headers;
}

export function preflightAnswer(rules: CorsRules, origin: string | undefined): HttpAnswer {
  const allowed = allowedOrigin(rules, origin);
  const headers: string[] = [];
  if (allowed !== undefined) {
    headers.push("Access-Control-Allow-Origin", allowed);
    if (rules.allowMethods.length > 0)
      headers.push("Access-Control-Allow-Methods", rules.allowMethods.join(","));
    if (rules.allowHeaders.length > 0)
      headers.push("Access-Control-Allow-Headers", rules.allowHeaders.join(","));
    if (rules.allowCredentials) headers.push("Access-Control-Allow-Credentials", "true");
    if (rules.maxAge !== undefined) headers.push("Access-Control-Max-Age", String(rules.maxAge));
  }
  return { status: 204, headers, body: "" };
}

/** The answer with the gateway's CORS headers in place of whatever the function set. */
export function withCors(answer: HttpAnswer, rules: CorsRules, origin: string | undefined): HttpAnswer {
  const headers: string[] = [];
  for (let index = 0; index < answer.headers.length; index += 2) {
    const name = answer.headers[index] as string;
    if (name.toLowerCase().startsWith("access-control-")) continue;
    headers.push(name, answer.headers[index + 1] as string);
  }
  return { ...answer, headers: [...headers, ...corsHeaders(rules, origin)] };
}

/** Of an answer that is none to a preflight. */
export function corsHeaders(rules: CorsRules, origin: string | undefined): string[] {
  const allowed = allowedOrigin(rules, origin);
  if (allowed === undefined) return [];
  return [
    "Access-Control-Allow-Origin",
    allowed,
    ...(rules.allowCredentials ? ["Access-Control-Allow-Credentials", "true"] : []),
    ...(rules.exposeHeaders.length > 0
      ? ["Access-Control-Expose-Headers", rules.exposeHeaders.join(",")]
      : []),
  ];
}

/** `*` allows every origin, `https://*` and `http://*` every origin of that scheme. */
export function allowedOrigin({ allowOrigins }: CorsRules, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (allowOrigins.includes("*")) return "*";
  const matches = allowOrigins.some((allowed) =>
    allowed.endsWith("://*") ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin,
  );
  return matches ? origin : undefined;
}
