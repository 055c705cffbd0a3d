/** Answers requests to S3: reads the address once, checks who asks and whether they may, then lets the library answer. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { deletedKeys, objectDeletion, type S3Target, s3Calls, s3Target } from "../iam/actions-s3.ts";
import type { Call } from "../iam/evaluate.ts";
import { isExpired, readSignature } from "../iam/signature.ts";
import { answerTagging, copiedTagsCalls, TAGGING, tagsOfWrite } from "./answer-tagging.ts";
import { failedChecksum } from "./checksums.ts";
import { preflight, withCors } from "./cors.ts";
import { createdObject } from "./events.ts";
import { escapeXml, s3Failure } from "./failures.ts";
import { type AnswerOptions, judge, refusalOf } from "./judge.ts";
import { failedPrecondition, inTurn, WRITES } from "./preconditions.ts";
import { overrides, readOperation, type S3Address, withHeadersOfQuery } from "./s3-operations.ts";

/** A name that S3 takes; what the library serves besides (`/_fauxqs`) has none. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
/** The library reads bodies of these types as something else than bytes. */
const MISREAD = /^(application\/x-amz-json-1\.0|application\/x-www-form-urlencoded)\b/i;
/** What they bring is stored. */
const WITH_CONTENT = new Set(["PutObject", "PutObjectTagging", "UploadPart"]);
/** S3 deletes no more in one request. */
const MOST_DELETED = 1_000;

export async function answerS3(options: AnswerOptions, asked: FrontRequest): Promise<Answer> {
  const bucket = s3Target(asked.url)?.bucket ?? "";
  const rules = options.library.hasBucket(bucket) ? options.bucketCors(bucket) : undefined;
  if (asked.method === "OPTIONS") return preflight(asked, rules);
  return withCors(await answerNoPage(options, asked), asked, rules);
}

/** What everybody is answered, whether a page asks or not. */
async function answerNoPage(options: AnswerOptions, asked: FrontRequest): Promise<Answer> {
  const named = readAddress(asked.url);
  if (!named) {
    const message = `The local S3 takes no key with "." or ".." between slashes, no stray "%" and no parameter twice: ${asked.url}`;
    return { ...s3Failure("InvalidURI", message), status: 400 };
  }
  const { address, request } = withHeadersOfQuery(asked, named);
  if (address.bucket !== "" && !BUCKET.test(address.bucket))
    return { ...s3Failure("InvalidBucketName", `No bucket can be called ${address.bucket}`), status: 400 };
  const elsewhere = signedElsewhere(options, address, asked);
  if (elsewhere) return elsewhere;
  const signature = readSignature(asked);
  if (signature && isExpired(signature)) return s3Failure("AccessDenied", "Request has expired");
  const reading = readOperation(request.method, address, request.headers);
  const refused = "refused" in reading ? reading.refused : misread(reading.operation, request);
  if (refused !== undefined) return notImplemented(refused);
  const { operation } = reading as { operation: string };
  const source = readSource(request.headers["x-amz-copy-source"]);
  if (source === "unread")
    return { ...s3Failure("InvalidArgument", "x-amz-copy-source is no bucket and key"), status: 400 };
  if (source && source.query.size > 0)
    return notImplemented(`${operation} of a version is not there in the local S3`);
  const read = rewritten(request, address, source);
  // Of many keys each is judged by itself.
  const callsOf = () => {
    const calls = operation === "DeleteObjects" ? [] : s3Calls(read);
    return calls && [...calls, ...copiedTagsCalls(read, source, address, options.library)];
  };
  const denied = judge(options, asked, "s3", s3Failure, callsOf);
  if (denied) return denied;
  const wrong = WITH_CONTENT.has(operation) ? failedChecksum(read) : undefined;
  if (wrong) return wrong;
  const known = { operation, address, asked, request: read };
  if (TAGGING.has(operation)) {
    const region = readSignature(asked)?.region ?? "";
    const answer = answerTagging(options, operation, address, read.body, region);
    return answer.status === 404 ? (hiddenAbsence(options, known) ?? withKey(answer, known)) : answer;
  }
  if (!WRITES.has(operation)) return carryOut(options, known);
  const { bucket, key } = address;
  return inTurn(`${bucket}/${key}`, async () => {
    const failed = failedPrecondition(address, read.headers, options.library);
    if (failed)
      return (failed.status === 404 ? hiddenAbsence(options, known) : undefined) ?? withKey(failed, known);
    const tagging = tagsOfWrite(operation, read, source, options.library);
    if ("failure" in tagging) return tagging.failure;
    const answer = await carryOut(options, { ...known, request: withoutConditions(read) });
    if (answer.status === 200) options.library.tags.set(bucket, key, tagging.tags);
    return answer;
  });
}

/** A bucket takes no signature for another region than its own, and says which that is. */
function signedElsewhere(
  { bucketRegion }: AnswerOptions,
  { bucket }: S3Address,
  request: FrontRequest,
): Answer | undefined {
  const own = bucketRegion(bucket);
  const signature = readSignature(request);
  if (own === undefined || signature === undefined || signature.region === own) return undefined;
  const wrong = `the region '${signature.region}' is wrong; expecting '${own}'`;
  const [code, message] =
    signature.expires === undefined
      ? ["AuthorizationHeaderMalformed", `The authorization header is malformed; ${wrong}`]
      : ["AuthorizationQueryParametersError", `Error parsing the X-Amz-Credential parameter; ${wrong}`];
  const { headers, body } = s3Failure(code, message);
  return {
    status: 400,
    headers: { ...headers, "x-amz-bucket-region": own },
    body: body.toString().replace("</Error>", `<Region>${own}</Region></Error>`),
  };
}

/** They hold: the library would read them in its own way. */
function withoutConditions(request: FrontRequest): FrontRequest {
  const { "if-match": _match, "if-none-match": _noneMatch, ...headers } = request.headers;
  return { ...request, headers };
}

interface Known {
  operation: string;
  address: S3Address;
  /** As it came: the signature is of this. */
  asked: FrontRequest;
  /** As it is handed on. */
  request: FrontRequest;
}

async function carryOut(options: AnswerOptions, known: Known): Promise<Answer> {
  const { operation, address, request } = known;
  const { library } = options;
  const region = readSignature(known.asked)?.region ?? "";
  const isThere = operation === "DeleteObject" && library.object(address.bucket, address.key) !== undefined;
  const { answer, removed } =
    operation === "DeleteObjects"
      ? await deleteEach(options, known)
      : { answer: await library.send(request), removed: isThere ? [address.key] : [] };
  if (answer.status === 404) return hiddenAbsence(options, known) ?? withKey(answer, known);
  if (answer.status >= 300) return answer;
  const created = createdObject(operation, address, library);
  if (created) options.onObject({ ...created, region });
  const { bucket } = address;
  for (const key of removed) {
    if (!library.object(bucket, key)) options.onObject({ name: "ObjectRemoved:Delete", bucket, key, region });
  }
  const isRead = operation === "GetObject" || operation === "HeadObject";
  const ranges = isRead ? { "accept-ranges": "bytes", ...tagCount(options, known) } : {};
  return { ...answer, headers: { ...answer.headers, ...ranges, ...overrides(address) } };
}

/** How many tags an object has, for who may read them. */
function tagCount({ library, guard }: AnswerOptions, { address, asked }: Known): Record<string, string> {
  const { bucket, key } = address;
  const count = library.tags.of(bucket, key).length;
  const principal = count === 0 ? "nobody" : guard().authenticate(asked, "s3");
  if (typeof principal === "string") return {};
  const reading = {
    action: "s3:GetObjectTagging",
    resource: `arn:aws:s3:::${bucket}/${key}`,
    context: {},
  };
  return guard().refusal(principal, [reading]) ? {} : { "x-amz-tagging-count": String(count) };
}

/** What is not there, by its key; of a copy that is its source. */
function withKey(answer: Answer, { operation, address, request }: Known): Answer {
  const body = answer.body.toString();
  if (!body.includes("<Code>NoSuchKey</Code>")) return answer;
  const source = operation === "CopyObject" ? readSource(request.headers["x-amz-copy-source"]) : undefined;
  const key = source && source !== "unread" ? source.key : address.key;
  return { ...answer, body: body.replace("</Error>", () => `<Key>${writtenKey(key)}</Key></Error>`) };
}

/** Undefined for an address that two readers could take for two things. */
function readAddress(url: string): S3Address | undefined {
  const target = url.startsWith("/") ? s3Target(url) : undefined;
  if (!target || (target.bucket === "" && target.key !== "")) return undefined;
  const query = new Map(target.query);
  return query.size === target.query.size ? { ...target, query } : undefined;
}

/**
 * The request with what was read of it, and nothing else that the library could read: it takes a bucket from the `Host`
 * header as well. The body's own meaning was checked before.
 */
function rewritten(request: FrontRequest, address: S3Address, source: S3Target | undefined): FrontRequest {
  const headers: FrontRequest["headers"] = { ...request.headers, host: "127.0.0.1" };
  if (source) headers["x-amz-copy-source"] = pathOf(source);
  const query = [...address.query].map((pair) => pair.map(encodeURIComponent).join("="));
  const url = pathOf(address) + (query.length === 0 ? "" : `?${query.join("&")}`);
  return { ...request, url, headers };
}

/** `/bucket/key`, without its slash, or with all of its slashes escaped, as clients write it. */
function readSource(header: string | string[] | undefined): S3Target | "unread" | undefined {
  if (header === undefined) return undefined;
  const text = String(header).replace(/^\//, "");
  const source = s3Target(`/${/^[^/?]*%2f/i.test(text) ? text.replace(/%2f/i, "/") : text}`);
  return source && source.bucket !== "" && source.key !== "" ? source : "unread";
}

function pathOf({ bucket, key }: { bucket: string; key: string }): string {
  return bucket === "" ? "/" : `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** What a body would be taken for, in words; undefined when it is read as it is meant. */
function misread(operation: string, { headers, body }: FrontRequest): string | undefined {
  const type = String(headers["content-type"] ?? "");
  if (body.length > 0 && operation !== "DeleteObjects" && MISREAD.test(type))
    return `${operation} of content-type ${type} is not there in the local S3`;
  const more =
    operation === "DeleteObjects" && /<(VersionId|ETag|LastModifiedTime|Size)\b/.exec(body.toString())?.[1];
  return more ? `DeleteObjects with ${more} is not there in the local S3` : undefined;
}

interface Deletion {
  answer: Answer;
  /** Keys that are gone. */
  removed: string[];
}

/**
 * One by one: a key that the program does not allow is an error beside those that are gone, as in S3, and the library reads the
 * list in another way than it is judged.
 */
async function deleteEach(options: AnswerOptions, { address, asked, request }: Known): Promise<Deletion> {
  const { bucket } = address;
  const keys = deletedKeys(request.body);
  const body = request.body.toString();
  if (keys.length === 0 || keys.length > MOST_DELETED || keys.length !== body.split("<Object>").length - 1) {
    const message = `The list of keys to delete is not well-formed, or has none or more than ${MOST_DELETED}`;
    return { answer: { ...s3Failure("MalformedXML", message), status: 400 }, removed: [] };
  }
  const principal = options.guard().authenticate(asked, "s3");
  if (typeof principal === "string") return { answer: s3Failure(principal), removed: [] };
  if (!options.library.hasBucket(bucket)) return { answer: noBucket(bucket), removed: [] };
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/i.test(body);
  let entries = "";
  // S3 tells of each key of a list, also of one that was not there.
  const removed: string[] = [];
  for (const key of keys) {
    const refusal = refusalOf(options, principal, [objectDeletion(bucket, key)]);
    if (refusal) entries += errorEntry(key, "AccessDenied", refusal.message);
    else {
      const answer = await deleteOne(options, request, { ...address, key });
      if (answer.status >= 300) return { answer, removed };
      removed.push(key);
      if (!isQuiet) entries += `<Deleted><Key>${writtenKey(key)}</Key></Deleted>`;
    }
  }
  const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
  const answer: Answer = {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="${namespace}">${entries}</DeleteResult>`,
  };
  return { answer, removed };
}

function deleteOne({ library }: AnswerOptions, request: FrontRequest, address: S3Address): Promise<Answer> {
  const headers = { host: "127.0.0.1" };
  return library.send({
    ...request,
    method: "DELETE",
    url: pathOf(address),
    headers,
    body: Buffer.alloc(0),
  });
}

function noBucket(bucket: string): Answer {
  return { ...s3Failure("NoSuchBucket", `The specified bucket does not exist: ${bucket}`), status: 404 };
}

function errorEntry(key: string, code: string, message: string): string {
  return `<Error><Key>${writtenKey(key)}</Key><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
}

/** A bare carriage return would be read as a line feed. */
function writtenKey(key: string): string {
  return escapeXml(key).replaceAll("\r", "&#13;");
}

/** Who may not list a bucket is not told that an object is missing: S3 denies the access instead. */
function hiddenAbsence(options: AnswerOptions, { address, asked }: Known): Answer | undefined {
  const { bucket, key } = address;
  if (key === "" || !options.library.hasBucket(bucket)) return undefined;
  const listing: Call = {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${bucket}`,
    context: { "s3:prefix": [] },
  };
  return judge(options, asked, "s3", s3Failure, () => [listing]);
}

function notImplemented(message: string): Answer {
  return { ...s3Failure("NotImplemented", message), status: 501 };
}
