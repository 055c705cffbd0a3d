/**
 * Signature Version 4 of a request: who signed it, and whether the signature is right. The library of the SDK only
 * signs; checking is done here, without a promise, for it stands before every call. Its signer is the measure in the tests.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { currentSalt, secretOf } from "./credentials.ts";

export interface SignedRequest {
  method: string;
  /** Path and query as they stand in the request line. */
  url: string;
  headers: IncomingHttpHeaders;
  body: Uint8Array;
}

export interface Signature {
  accessKeyId: string;
  region: string;
  service: string;
  /** `20261123T091201Z` */
  date: string;
  signedHeaders: string[];
  /** Hexadecimal. */
  signature: string;
  /** Seconds a presigned URL is good for; absent when the signature came as a header. */
  expires?: number;
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^, ]+), *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/;
const SIGNATURE_PARAMETER = "X-Amz-Signature";
/** What AWS tolerates between the clock of the signer and its own. */
const CLOCK_SKEW_MS = 15 * 60 * 1000;
/** Seconds that a presigned URL may be good for at most: a week. */
const LONGEST_EXPIRY = 604_800;

/** Undefined when the request carries no signature, or none that can be read. */
export function readSignature({
  headers,
  url,
}: Pick<SignedRequest, "headers" | "url">): Signature | undefined {
  const header = AUTHORIZATION.exec(headers.authorization ?? "");
  if (header) {
    const [, credential = "", signedHeaders = "", signature = ""] = header;
    return assemble(credential, signedHeaders, signature, String(headers["x-amz-date"]));
  }
  const query = queryOf(url);
  if (!query.has(SIGNATURE_PARAMETER)) return undefined;
  const parameter = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const claimed = assemble(
    parameter("Credential"),
    parameter("SignedHeaders"),
    parameter("Signature"),
    parameter("Date"),
  );
  return claimed && { ...claimed, expires: Number(parameter("Expires")) };
}

/** Of the credentials of a session; it comes the same way as the signature. */
export function sessionToken({ headers, url }: Pick<SignedRequest, "headers" | "url">): string | undefined {
  if (headers.authorization === undefined) return queryOf(url).get("X-Amz-Security-Token") ?? undefined;
  const token = headers["x-amz-security-token"];
  return token === undefined ? undefined : String(token);
}

function assemble(
  credential: string,
  headers: string,
  signature: string,
  date: string,
): Signature | undefined {
  const [accessKeyId, day, region, service, end] = credential.split("/");
  if (!accessKeyId || !day || !region || !service || end !== "aws4_request") return undefined;
  if (!date.startsWith(`${day}T`) || Number.isNaN(timeOf(date))) return undefined;
  return { accessKeyId, region, service, date, signedHeaders: headers.split(";"), signature };
}

/** Whether it is a presigned URL whose time is over; of one that was never good for so long nothing is said. */
export function isExpired({ date, expires }: Signature, now = Date.now()): boolean {
  return (
    expires !== undefined && expires >= 1 && expires <= LONGEST_EXPIRY && now - timeOf(date) > expires * 1000
  );
}

/** Whether the key that is named made this signature, of this very request, within the time it is good for. */
export function isGenuine(request: SignedRequest, claimed: Signature, now = Date.now()): boolean {
  const age = now - timeOf(claimed.date);
  const goodFor = claimed.expires === undefined ? CLOCK_SKEW_MS : claimed.expires * 1000;
  if (age < -CLOCK_SKEW_MS || !(age <= goodFor)) return false;
  if (claimed.expires !== undefined && !(claimed.expires >= 1 && claimed.expires <= LONGEST_EXPIRY))
    return false;
  if (!signsWhatMatters(request, claimed)) return false;

  const scope = `${claimed.date.slice(0, 8)}/${claimed.region}/${claimed.service}/aws4_request`;
  const digest = createHash("sha256").update(canonicalRequest(request, claimed)).digest("hex");
  const text = `${ALGORITHM}\n${claimed.date}\n${scope}\n${digest}`;
  const expected = createHmac("sha256", signingKey(claimed)).update(text).digest();
  const given = Buffer.from(claimed.signature, "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** A header that means something to AWS and is not signed could be anybody's. */
function signsWhatMatters({ headers }: SignedRequest, { signedHeaders }: Signature): boolean {
  // The hash of the body is part of what is signed in any case.
  const needed = Object.keys(headers).filter((name) => /^x-amz-(?!content-sha256$)/.test(name));
  // Version 2 of HTTP calls the host by another name.
  const namesHost = signedHeaders.includes("host") || signedHeaders.includes(":authority");
  return namesHost && needed.every((name) => signedHeaders.includes(name));
}

function canonicalRequest(request: SignedRequest, claimed: Signature): string {
  const { signedHeaders } = claimed;
  const headers = signedHeaders.map((name) => `${name}:${headerText(request.headers[name])}\n`).join("");
  return [
    request.method,
    canonicalPath(request.url, claimed.service),
    canonicalQuery(request.url),
    headers,
    signedHeaders.join(";"),
    payloadHash(request, claimed),
  ].join("\n");
}

/** S3 signs the path as it is sent; every other service escapes what is sent once more. */
function canonicalPath(url: string, service: string): string {
  const path = url.split("?", 1)[0] || "/";
  return service === "s3" ? path : path.split("/").map(encode).join("/");
}

function canonicalQuery(url: string): string {
  return [...queryOf(url)]
    .filter(([name]) => name !== SIGNATURE_PARAMETER)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A hash in the header stands for the body only when it is the body's; S3 also allows to leave the body unsigned. */
function payloadHash({ headers, body }: SignedRequest, { service, expires }: Signature): string {
  const declared = headers["x-amz-content-sha256"];
  if (service === "s3") {
    if (expires !== undefined && declared === undefined) return "UNSIGNED-PAYLOAD";
    if (typeof declared === "string" && !/^[0-9a-f]{64}$/.test(declared)) return declared;
  }
  return createHash("sha256").update(body).digest("hex");
}

/** Deriving a key takes four rounds of hashing, and it is the same all day. */
const keys = new Map<string, Buffer>();
const KEYS_KEPT = 500;

function signingKey({ accessKeyId, date, region, service }: Signature): Buffer {
  const parts = [date.slice(0, 8), region, service, "aws4_request"];
  const name = [currentSalt(), accessKeyId, ...parts].join("/");
  const known = keys.get(name);
  if (known) return known;
  const first = Buffer.from(`AWS4${secretOf(accessKeyId)}`);
  const key = parts.reduce((secret, part) => createHmac("sha256", secret).update(part).digest(), first);
  if (keys.size >= KEYS_KEPT) keys.clear();
  keys.set(name, key);
  return key;
}

function headerText(value: string | string[] | undefined): string {
  return [value ?? ""]
    .flat()
    .map((text) => text.trim().replace(/\s+/g, " "))
    .join(",");
}

function queryOf(url: string): URLSearchParams {
  const at = url.indexOf("?");
  // A plus sign is a plus sign here: form encoding has no place in a signed query.
  return new URLSearchParams(at < 0 ? "" : url.slice(at + 1).replaceAll("+", "%2B"));
}

/** Everything but letters, digits and `-_.~`, as RFC 3986 has it. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function timeOf(date: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
