/** What a distribution answers: what its origin does, without a cache between. */

import { textMatches } from "../../program/reading/arn-pattern.ts";
import { escapeXml } from "../escape-xml.ts";
import { gatewayAnswers } from "../gateway/gateway-answers.ts";
import { headersWhere, isOfConnection } from "../gateway/http/answer-headers.ts";
import { type HeaderFields, readHeaderFields } from "../gateway/http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../gateway/http/http-message.ts";
import { decodePath, queryPairs, readTarget } from "../gateway/http/request-target.ts";
import { exchange, isNoAnswer } from "../gateway/integrations/exchange.ts";
import { answerOf, type ReadObject } from "../websites/answer.ts";
import type { Behavior, Distribution } from "./declared.ts";
import { type Forwarding, goesOn } from "./forwarding.ts";
import { type BucketOrigin, missingStatement, type ServerOrigin } from "./origins.ts";

export interface OriginAccess {
  read(region: string): ReadObject;
  /** Where an address of the cloud leads on this machine; itself where it is none of the run. */
  local(host: string): URL;
}

export interface FromOrigin {
  answer: HttpAnswer;
  /** For the log: why it is not the origin's own. */
  reason?: string;
}

/** CloudFront's own limit for an origin's answer. */
const ORIGIN_TIMEOUT_MS = 30_000;
/** Never told to a viewer: which of them it is says what became of the exchange. */
const answers = gatewayAnswers("HTTP");

export async function answerDistribution(
  distribution: Distribution,
  request: HttpRequest,
  access: OriginAccess,
): Promise<FromOrigin> {
  const answered = await asked(distribution, request, access);
  const custom = distribution.errors.find(({ status }) => status === answered.answer.status);
  if (!custom || answered.reason !== undefined) return answered;
  const page = await asked(distribution, { ...request, method: "GET", target: custom.page }, access);
  // Only where there is such a page.
  if (page.answer.status >= 400) return answered;
  return { answer: { ...page.answer, status: custom.answered } };
}

async function asked(
  { behaviors, rootObject, arn }: Distribution,
  request: HttpRequest,
  access: OriginAccess,
): Promise<FromOrigin> {
  const { encodedPath: sent, query } = readTarget(request.target);
  const path = sent === "/" && rootObject ? `/${rootObject}` : sent;
  const matched = normalized(sent);
  const behavior = behaviors.find(({ pattern }) => textMatches(pattern, matched)) ?? behaviors.at(-1);
  if (!behavior) return refused("the distribution has no behavior");
  const { origin, methods } = behavior;
  if (origin.kind === "unsupported") return refused(`${behavior.pattern}: ${origin.reason}`);
  if (!methods.has(request.method))
    return {
      answer: failure(
        403,
        "This distribution is not configured to allow the HTTP request method that was used for this request.",
      ),
    };
  return origin.kind === "bucket"
    ? fromBucket(origin, { ...request, target: path }, access, arn)
    : fromServer(origin, behavior, { ...request, target: path }, query, access);
}

/** As RFC 3986 says it: patterns are held against it, and the origin gets what was sent. */
function normalized(path: string): string {
  const decoded = path.replaceAll(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[\w.~-]/.test(character) ? character : encoded;
  });
  return new URL(`http://localhost${decoded.startsWith("/") ? decoded : `/${decoded}`}`).pathname;
}

function refused(reason: string): FromOrigin {
  return { answer: messageAnswer(501, reason), reason };
}

async function fromBucket(
  origin: BucketOrigin,
  { method, target, rawHeaders }: HttpRequest,
  access: OriginAccess,
  arn: string,
): Promise<FromOrigin> {
  if (method !== "GET" && method !== "HEAD")
    return refused(`${method} to a bucket behind a distribution does not run here`);
  const key = decodePath(`${origin.path}${target}`.slice(1));
  const resource = `arn:aws:s3:::${origin.bucket}`;
  if (key !== undefined && !origin.may("s3:GetObject", `${resource}/${key}`))
    return { answer: objectError(403, "AccessDenied", "Access Denied"), ...whyNotRead(origin, arn) };
  const found = key ? await access.read(origin.region)(origin.bucket, key) : undefined;
  if (found) return { answer: answerOf(found, 200, rawHeaders) };
  // Who may not list the bucket is not told that an object is missing.
  return origin.may("s3:ListBucket", resource)
    ? { answer: objectError(404, "NoSuchKey", "The specified key does not exist.", key) }
    : { answer: objectError(403, "AccessDenied", "Access Denied") };
}

async function fromServer(
  origin: ServerOrigin,
  { forwarding }: Behavior,
  request: HttpRequest,
  query: string,
  access: OriginAccess,
): Promise<FromOrigin> {
  const fields = readHeaderFields(request.rawHeaders);
  const local = access.local(origin.host);
  if (/\.(execute-api|lambda-url)\./.test(origin.host) && goesOn(forwarding.headers, "host"))
    return {
      answer: messageAnswer(403, "Forbidden"),
      reason: `the viewer's Host goes on to ${origin.host}, which refuses any but its own: use AllViewerExceptHostHeader`,
    };
  const asked = forwardedQuery(query, forwarding);
  const outgoing = {
    url: local,
    target: `${origin.path}${request.target}${asked === "" ? "" : `?${asked}`}`,
    method: request.method,
    headers: { ...forwardedHeaders(fields, forwarding, request), ...origin.headers },
    body: request.body,
  };
  const given = await exchange(outgoing, ORIGIN_TIMEOUT_MS, answers);
  if (isNoAnswer(given)) {
    const status = given.answer === answers.integrationTimeout ? 504 : 502;
    return {
      answer: failure(status, "CloudFront wasn't able to connect to the origin."),
      reason: given.reason,
    };
  }
  const headers = headersWhere(given.headers, (name) => !isOfConnection(name));
  return { answer: { status: given.status, headers, body: given.body } };
}

function forwardedQuery(query: string, { query: names }: Forwarding): string {
  return query
    .split("&")
    .filter((pair) => [...queryPairs(pair)].some(([name]) => goesOn(names, name)))
    .join("&");
}

/** CloudFront tells every origin where a request came from, and that it is CloudFront. */
function forwardedHeaders(
  { joined, cookies = [] }: HeaderFields,
  { headers, cookies: names }: Forwarding,
  { sourceIp, body }: HttpRequest,
): Record<string, string> {
  const kept = Object.entries(joined).filter(
    ([name]) =>
      name !== "host" &&
      name !== "content-length" &&
      (goesOn(headers, name) || (name === "content-type" && body.length > 0)),
  );
  const sent = cookies.filter((cookie) => goesOn(names, cookie.split("=", 1)[0] ?? ""));
  const before = joined["x-forwarded-for"];
  return {
    "user-agent": "Amazon CloudFront",
    ...Object.fromEntries(kept),
    ...(sent.length > 0 ? { cookie: sent.join("; ") } : {}),
    via: "1.1 local.cloudfront.net (CloudFront)",
    "x-forwarded-for": before === undefined ? sourceIp : `${before}, ${sourceIp}`,
  };
}

function whyNotRead(origin: BucketOrigin, arn: string): { reason?: string } {
  const isAnyAllowed = origin.may("s3:GetObject", `arn:aws:s3:::${origin.bucket}/index.html`);
  return isAnyAllowed ? {} : { reason: missingStatement(origin, arn) };
}

function objectError(status: number, code: string, message: string, key?: string): HttpAnswer {
  const named = key ? `<Key>${escapeXml(key)}</Key>` : "";
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${named}</Error>`;
  return { status, headers: ["Content-Type", "application/xml"], body };
}

function failure(status: number, message: string): HttpAnswer {
  const body = `<!DOCTYPE HTML>\n<html><head><title>ERROR: The request could not be satisfied</title></head><body>\n<h1>${status} ERROR</h1>\n<p>${message}</p>\n</body></html>\n`;
  return { status, headers: ["Content-Type", "text/html", "X-Cache", "Error from cloudfront"], body };
}
