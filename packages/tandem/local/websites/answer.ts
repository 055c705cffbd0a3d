/** What a bucket's site answers: the object, the index of a folder, the error document, or a page that says why not. */
import { escapeXml } from "../escape-xml.ts";
import { headerOf } from "../gateway/http/answer-headers.ts";
import type { HttpAnswer, HttpRequest } from "../gateway/http/http-message.ts";
import { decodePath } from "../gateway/http/request-target.ts";
import { evaluate } from "../iam/evaluate.ts";
import type { Website } from "./declared.ts";

export interface SiteObject {
  /** Names and values in turn. */
  headers: string[];
  etag: string;
  body: Buffer;
}

/** Undefined where there is no such object. */
export type ReadObject = (bucket: string, key: string) => Promise<SiteObject | undefined>;

const ERRORS: Record<number, [title: string, code: string, message: string]> = {
  403: ["403 Forbidden", "AccessDenied", "Access Denied"],
  404: ["404 Not Found", "NoSuchKey", "The specified key does not exist."],
  405: [
    "405 Method Not Allowed",
    "MethodNotAllowed",
    "The specified method is not allowed against this resource.",
  ],
};

export async function answerSite(
  site: Website,
  request: Pick<HttpRequest, "method" | "target" | "rawHeaders">,
  read: ReadObject,
): Promise<HttpAnswer> {
  const [path = "/"] = request.target.split("?");
  if (site.redirect) {
    const { host, protocol } = site.redirect;
    return moved(301, `${protocol}://${host}${request.target}`);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return failure(405);
  const key = decodePath(path.slice(1));
  if (key === undefined) return failed(site, 404, "", read);
  const asked = key === "" || key.endsWith("/") ? key + site.index : key;
  if (!isOpen(site, "s3:GetObject", `/${asked}`)) return failed(site, 403, asked, read);
  const found = await read(site.bucket, asked);
  if (found) return answerOf(found, 200, request.rawHeaders);
  if (asked === key && (await read(site.bucket, `${key}/${site.index}`))) return moved(302, `${path}/`);
  // Who may not list the bucket is not told that an object is missing.
  return failed(site, isOpen(site, "s3:ListBucket", "") ? 404 : 403, asked, read);
}

function isOpen({ open, bucket }: Website, action: string, rest: string): boolean {
  const call = { action, resource: `arn:aws:s3:::${bucket}${rest}`, context: {} };
  return evaluate(open, call).kind === "allowed";
}

export function answerOf(
  { headers, etag, body }: SiteObject,
  status: number,
  asked: readonly string[] = [],
): HttpAnswer {
  if (status === 200 && headerOf(asked, "if-none-match") === etag)
    return { status: 304, headers: ["ETag", etag], body: "" };
  return { status, headers: [...headers, "ETag", etag], body };
}

async function failed(site: Website, status: 403 | 404, key: string, read: ReadObject): Promise<HttpAnswer> {
  const { errorKey, bucket } = site;
  if (errorKey === undefined || !isOpen(site, "s3:GetObject", `/${errorKey}`)) return failure(status, key);
  const document = await read(bucket, errorKey);
  return document ? answerOf(document, status) : failure(status, key);
}

function failure(status: number, key?: string): HttpAnswer {
  const [title, code, message] = ERRORS[status] as [string, string, string];
  const facts = [
    `Code: ${code}`,
    `Message: ${message}`,
    ...(status === 404 && key ? [`Key: ${escapeXml(key)}`] : []),
  ];
  const items = facts.map((fact) => `<li>${fact}</li>`).join("\n");
  const body = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<ul>\n${items}\n</ul>\n<hr/>\n</body>\n</html>\n`;
  return { status, headers: ["Content-Type", "text/html; charset=utf-8"], body };
}

function moved(status: 301 | 302, to: string): HttpAnswer {
  return { status, headers: ["Location", to], body: "" };
}
