/** Checks an AWS signature (Signature Version 4) on a request, in the Authorization header or in the query. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { decodePath } from "./request-target.ts";

export interface SignedRequest {
  method: string;
  /** As sent. */
  encodedPath: string;
  /** As sent, without the question mark. */
  query: string;
  rawHeaders: readonly string[];
  body: Buffer;
  /** Milliseconds; when the request came. */
  time: number;
}

export interface SignatureScope {
  region: string;
  service: string;
  /** Undefined when nobody has that key. */
  secretOf(accessKeyId: string): string | undefined;
}

export type Verified = { accessKeyId: string } | { refused: string };

interface Signature {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
  /** `20261123T091201Z`. */
  timestamp: string;
  /** How long it holds, in milliseconds, and how far ahead of the clock it may be. */
  lifetime: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
/** A clock may be wrong by this much. */
const SKEW_MILLISECONDS = 5 * 60 * 1000;
/** A presigned request holds a week at most. */
const MAX_EXPIRES_SECONDS = 7 * 24 * 60 * 60;

export function verifySignature(request: SignedRequest, scope: SignatureScope): Verified {
  const headers = signableHeaders(request.rawHeaders);
  const pairs = queryParts(request.query);
  const signature = fromHeader(headers) ?? fromQuery(pairs);
  if (!signature) return { refused: "the request has no signature (AWS4-HMAC-SHA256)" };
  const refused = refusedScope(signature, scope) ?? refusedTime(signature, request.time);
  if (refused !== undefined) return { refused };
  if (!signature.signedHeaders.includes("host")) return { refused: "the header host is not signed" };
  const secret = scope.secretOf(signature.accessKeyId);
  if (secret === undefined) return { refused: `nobody has the access key ${signature.accessKeyId}` };
  const expected = sign(secret, signature, canonicalRequest(request, signature, headers, pairs));
  if (!isSame(expected, signature.signature)) return { refused: "the signature does not match the request" };
  return { accessKeyId: signature.accessKeyId };
}

function fromHeader(headers: Map<string, string>): Signature | undefined {
  const authorization = headers.get("authorization");
  if (!authorization?.startsWith(`${ALGORITHM} `)) return undefined;
  const field = (name: string) => new RegExp(`[ ,]${name}=([^, ]+)`).exec(authorization)?.[1];
  return signatureOf(
    field("Credential"),
    field("SignedHeaders"),
    field("Signature"),
    headers.get("x-amz-date"),
    SKEW_MILLISECONDS,
  );
}

function fromQuery(pairs: readonly [string, string][]): Signature | undefined {
  const query = new Map(pairs);
  if (query.get("X-Amz-Algorithm") !== ALGORITHM) return undefined;
  const expires = Number(query.get("X-Amz-Expires"));
  if (!(expires > 0 && expires <= MAX_EXPIRES_SECONDS)) return undefined;
  return signatureOf(
    query.get("X-Amz-Credential"),
    query.get("X-Amz-SignedHeaders"),
    query.get("X-Amz-Signature"),
    query.get("X-Amz-Date"),
    expires * 1000,
  );
}

function signatureOf(
  credential: string | undefined,
  signedHeaders: string | undefined,
  signature: string | undefined,
  timestamp: string | undefined,
  lifetime: number,
): Signature | undefined {
  const [accessKeyId, date, region, service, terminator] = credential?.split("/") ?? [];
  if (!accessKeyId || !date || !region || !service || terminator !== "aws4_request") return undefined;
  if (!signedHeaders || !signature || !timestamp) return undefined;
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    lifetime,
  };
}

function refusedScope(signature: Signature, { region, service }: SignatureScope): string | undefined {
  if (signature.service !== service)
    return `it is signed for the service ${signature.service}, not ${service}`;
  if (signature.region !== region) return `it is signed for the region ${signature.region}, not ${region}`;
  if (!signature.timestamp.startsWith(signature.date))
    return "the date of its credential is not that of its time";
  return undefined;
}

function refusedTime({ timestamp, lifetime }: Signature, now: number): string | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(timestamp) ?? [];
  const signedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(signedAt)) return `its time ${timestamp} cannot be read`;
  if (now - signedAt > lifetime) return `it has expired: it was signed at ${timestamp}`;
  return signedAt - now > SKEW_MILLISECONDS
    ? `it is not valid yet: it was signed at ${timestamp}`
    : undefined;
}

function canonicalRequest(
  { method, encodedPath, body }: SignedRequest,
  { signedHeaders }: Signature,
  headers: Map<string, string>,
  pairs: readonly [string, string][],
): string {
  const query = pairs
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]): [string, string] => [escapeText(name), escapeText(value)])
    .sort(byNameThenValue)
    .map(([name, value]) => `${name}=${value}`);
  return [
    method,
    // Every service but S3 wants the encoded path encoded once more.
    encodedPath.split("/").map(escapeText).join("/"),
    query.join("&"),
    ...signedHeaders.map((name) => `${name}:${headers.get(name) ?? ""}`),
    "",
    signedHeaders.join(";"),
    createHash("sha256").update(body).digest("hex"),
  ].join("\n");
}

function sign(secret: string, { date, region, service, timestamp }: Signature, canonical: string): string {
  const hash = createHash("sha256").update(canonical).digest("hex");
  const text = [ALGORITHM, timestamp, `${date}/${region}/${service}/aws4_request`, hash].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Lower-case names; values without spaces at their ends and with one space inside, duplicates joined. */
function signableHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = (rawHeaders[index + 1] as string).trim().replace(/ +/g, " ");
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before},${value}`);
  }
  return headers;
}

function queryParts(query: string): [string, string][] {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decodePath(name) ?? name, decodePath(value) ?? value];
    });
}

function byNameThenValue([a, x]: [string, string], [b, y]: [string, string]): number {
  if (a !== b) return a < b ? -1 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

function escapeText(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
