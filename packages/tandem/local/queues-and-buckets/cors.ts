/** What pages of other origins may do with a bucket, by the rules that the program declares. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { s3Failure } from "./failures.ts";

export interface CorsRule {
  allowedHeaders: string[];
  allowedMethods: string[];
  allowedOrigins: string[];
  exposeHeaders: string[];
  maxAgeSeconds?: number;
}

const VARY = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";
const NOT_ALLOWED =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / " +
  "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/** `rules`: undefined for a bucket that is not there. */
export function preflight({ headers }: FrontRequest, rules: readonly CorsRule[] | undefined): Answer {
  const { origin } = headers;
  const method = headers["access-control-request-method"];
  if (origin === undefined)
    return {
      ...s3Failure("BadRequest", "Insufficient information. Origin request header needed."),
      status: 400,
    };
  if (!rules) return s3Failure("AccessForbidden", "CORSResponse: Bucket not found");
  if (rules.length === 0)
    return s3Failure("AccessForbidden", "CORSResponse: CORS is not enabled for this bucket.");
  const asked = namesOf(headers["access-control-request-headers"]);
  const rule = rules.find(
    (one) =>
      allows(one, origin, method) &&
      asked.every((name) => one.allowedHeaders.some((allowed) => matches(allowed.toLowerCase(), name))),
  );
  if (!rule) return s3Failure("AccessForbidden", NOT_ALLOWED);
  const allowed: Record<string, string> =
    asked.length === 0 ? {} : { "access-control-allow-headers": asked.join(", ") };
  return { status: 200, headers: { ...headersBy(rule, origin), ...allowed }, body: "" };
}

/** The answer to a page, with what its browser looks at; other answers stay as they are. */
export function withCors(answer: Answer, request: FrontRequest, rules: readonly CorsRule[] = []): Answer {
  const { origin } = request.headers;
  if (origin === undefined) return answer;
  const rule = rules.find((one) => allows(one, origin, request.method));
  return rule ? { ...answer, headers: { ...answer.headers, ...headersBy(rule, origin) } } : answer;
}

function allows({ allowedOrigins, allowedMethods }: CorsRule, origin: string, method = ""): boolean {
  return allowedOrigins.some((one) => matches(one, origin)) && allowedMethods.includes(method);
}

/** One `*` stands for anything. */
function matches(pattern: string, value: string): boolean {
  const [before = "", after] = pattern.split(/\*(.*)/s, 2);
  if (after === undefined) return pattern === value;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}

function headersBy(
  { allowedOrigins, allowedMethods, exposeHeaders, maxAgeSeconds }: CorsRule,
  origin: string,
): Record<string, string> {
  return {
    ...(allowedOrigins.includes("*")
      ? { "access-control-allow-origin": "*" }
      : { "access-control-allow-origin": origin, "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": allowedMethods.join(", "),
    ...(exposeHeaders.length === 0 ? {} : { "access-control-expose-headers": exposeHeaders.join(", ") }),
    ...(maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(maxAgeSeconds) }),
    vary: VARY,
  };
}

function namesOf(header: string | string[] | undefined): string[] {
  return String(header ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
}
