/** Answers requests to S3: reads the address once, checks who asks and whether they may, then lets the library answer. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { type S3Target, s3Calls, s3Target } from "../iam/actions-s3.ts";
import type { Call } from "../iam/evaluate.ts";
import { isExpired, readSignature } from "../iam/signature.ts";
import { deleteEach } from "./answer-deletions.ts";
import { answerTagging, copiedTagsCalls, TAGGING, tagsOfWrite } from "./answer-tagging.ts";
import { answerDeletion, copiedHeaders, placeOf, readHeaders, writtenHeaders } from "./answer-versions.ts";
import { checkedRequest } from "./checked-request.ts";
import { preflight, withCors } from "./cors.ts";
import { createdObject, removedObject } from "./events.ts";
import { failureWith, noBucket, s3Failure, writtenKey } from "./failures.ts";
import type { Library } from "./fauxqs.ts";
import { type AnswerOptions, judge } from "./judge.ts";
import type { ObjectPlace } from "./kept-versions.ts";
import { ownAnswer } from "./own-answers.ts";
import { failedCopyCondition, failedPrecondition, inTurn, WRITES } from "./preconditions.ts";
import { copiedBeyond, missingPart, withRange, withRangeReported } from "./ranges.ts";
import { overrides, readOperation, type S3Address, withHeadersOfQuery } from "./s3-operations.ts";
import { handedOn, isBucketName, readAddress, readSource, rewritten, sourceAddress } from "./s3-requests.ts";

/** The library reads bodies of these types as something else than bytes. */
const MISREAD = /^(application\/x-amz-json-1\.0|application\/x-www-form-urlencoded)\b/i;

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
  if (address.bucket !== "" && !isBucketName(address.bucket))
    return { ...s3Failure("InvalidBucketName", `No bucket can be called ${address.bucket}`), status: 400 };
  const elsewhere = signedElsewhere(options, address, asked);
  if (elsewhere) return elsewhere;
  const signature = readSignature(asked);
  if (signature && isExpired(signature)) return s3Failure("AccessDenied", "Request has expired");
  const reading = readOperation(request.method, address, request.headers);
  const refused = "refused" in reading ? reading.refused : misread(reading.operation, address, request);
  if (refused !== undefined) return notImplemented(refused);
  const { operation } = reading as { operation: string };
  const source = readSource(request.headers["x-amz-copy-source"]);
  if (source === "unread")
    return { ...s3Failure("InvalidArgument", "x-amz-copy-source is no bucket and key"), status: 400 };
  if (source && [...source.query.keys()].some((name) => name !== "versionId"))
    return notImplemented(
      `${operation} from ${[...source.query.keys()].join(", ")} is not there in the local S3`,
    );
  const read = rewritten(request, address, source);
  // Of many keys each is judged by itself.
  const callsOf = () => {
    const calls = operation === "DeleteObjects" ? [] : s3Calls(read);
    return calls && [...calls, ...copiedTagsCalls(read, source, address, options.library)];
  };
  const denied = judge(options, asked, "s3", s3Failure, callsOf);
  if (denied) return denied;
  const checked = checkedRequest(options.library, operation, address, read);
  if ("failure" in checked) return checked.failure;
  return answerAllowed(options, { operation, address, asked, request: checked }, source);
}

/** Allowed, and no longer about who asks. What lies under a key, and as which version, changes with each write of it. */
async function answerAllowed(
  options: AnswerOptions,
  asked: Omit<Known, "place">,
  source: S3Target | undefined,
): Promise<Answer> {
  const { operation, address } = asked;
  const answer = () => answerInTurn(options, asked, source);
  const isInTurn = WRITES.has(operation) || address.query.has("versionId");
  return isInTurn ? inTurn(`${address.bucket}/${address.key}`, answer) : answer();
}

async function answerInTurn(
  options: AnswerOptions,
  { operation, address, asked, request: read }: Omit<Known, "place">,
  source: S3Target | undefined,
): Promise<Answer> {
  const { library } = options;
  const { bucket, key, query } = address;
  const isDeletion = operation === "DeleteObject";
  const place = isDeletion ? { bucket, key } : placeOf(operation, read.method, address, library);
  const from = source && placeOf(operation, read.method, sourceAddress(source), library);
  const known: Known = { operation, address, asked, request: read, place: { bucket, key } };
  if ("failure" in place) return hidden(options, known, place.failure);
  if (from && "failure" in from) return hidden(options, known, from.failure);
  known.place = place;
  if (TAGGING.has(operation)) {
    const region = readSignature(asked)?.region ?? "";
    const answer = answerTagging(options, operation, address, place, read.body, region);
    return answer.status === 404
      ? hidden(options, known, answer)
      : withHeaders(answer, readHeaders(library, address, answer.status));
  }
  const handed = handedOn(read, address, place, from);
  if (operation === "GetObject") {
    const stored = library.object(place.bucket, place.key);
    const missing = missingPart(address, stored);
    if (missing) return missing;
    const request = withRange(handed, stored);
    const answer = await carryOut(options, { ...known, request });
    return withRangeReported(answer, address, request.headers, stored);
  }
  const copied = from && library.object(from.bucket, from.key);
  const uncopied = failedCopyCondition(read.headers, copied) ?? copiedBeyond(read.headers, copied);
  if (uncopied) return uncopied;
  if (!WRITES.has(operation)) return carryOut(options, { ...known, request: handed });
  const failed = failedPrecondition(address, read.headers, library);
  if (failed) return hidden(options, known, failed);
  const versionId = query.get("versionId");
  if (isDeletion && versionId !== undefined) return deleteVersion(options, known, versionId);
  const tagging = tagsOfWrite(operation, read, from, library);
  if ("failure" in tagging) return tagging.failure;
  const reported = source ? copiedHeaders(library, source, source.query.get("versionId")) : {};
  const answer = await carryOut(options, { ...known, request: withoutConditions(handed) });
  if (answer.status !== 200) return answer;
  library.tags.set(bucket, key, tagging.tags);
  return withHeaders(answer, reported);
}

function withHeaders(answer: Answer, headers: Record<string, string>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

async function deleteVersion(
  options: AnswerOptions,
  { address, asked }: Known,
  versionId: string,
): Promise<Answer> {
  const { bucket, key } = address;
  if (!options.library.hasBucket(bucket)) return noBucket(bucket);
  const { answer, removed } = answerDeletion(options.library, address, versionId);
  const region = readSignature(asked)?.region ?? "";
  if (removed) options.onObject({ ...removedObject({ bucket, key, versionId }, options.library), region });
  return answer;
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
  return withHeaders(failureWith(code, message, 400, { Region: own }), { "x-amz-bucket-region": own });
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
  /** Where the library has what is asked for. */
  place: ObjectPlace;
}

async function carryOut(options: AnswerOptions, known: Known): Promise<Answer> {
  const { operation, address, request } = known;
  const { library } = options;
  const { bucket, key } = address;
  const own = ownAnswer(library, operation, address);
  if (own) return own;
  const region = readSignature(known.asked)?.region ?? "";
  const isThere = operation === "DeleteObject" && library.object(bucket, key) !== undefined;
  const { answer, removed } =
    operation === "DeleteObjects"
      ? await deleteEach(options, bucket, known.asked, request)
      : { answer: await library.send(request), removed: isThere || isKept(library, known) ? [{ key }] : [] };
  if (answer.status === 404)
    return hidden(options, known, withHeaders(answer, readHeaders(library, address, answer.status)));
  if (answer.status >= 300) return answer;
  const created = createdObject(operation, address, library);
  if (created) options.onObject({ ...created, region });
  for (const one of removed) {
    if (one.versionId === undefined && library.object(bucket, one.key)) continue;
    options.onObject({ ...removedObject({ bucket, ...one }, library), region });
  }
  const isRead = operation === "GetObject" || operation === "HeadObject";
  const ranges = isRead ? { "accept-ranges": "bytes", ...tagCount(options, known) } : {};
  const versions = WRITES.has(operation)
    ? writtenHeaders(operation, library, address)
    : operation === "DeleteObjects" || key === ""
      ? {}
      : readHeaders(library, address, answer.status);
  return withHeaders(answer, { ...ranges, ...versions, ...overrides(address) });
}

/** What is deleted there leaves a delete marker, also where nothing was. */
function isKept(library: Library, { operation, address }: Omit<Known, "place">): boolean {
  return operation === "DeleteObject" && library.versions.status(address.bucket) !== undefined;
}

/** How many tags an object has, for who may read them. */
function tagCount(
  { library, guard }: AnswerOptions,
  { address, asked, place }: Known,
): Record<string, string> {
  const { bucket, key, query } = address;
  const count = library.tags.of(place.bucket, place.key).length;
  const principal = count === 0 ? "nobody" : guard().authenticate(asked, "s3");
  if (typeof principal === "string") return {};
  const reading = {
    action: query.has("versionId") ? "s3:GetObjectVersionTagging" : "s3:GetObjectTagging",
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

/** What a body would be taken for, in words; undefined when it is read as it is meant. */
function misread(
  operation: string,
  { query }: S3Address,
  { headers, body }: FrontRequest,
): string | undefined {
  if (operation === "DeleteObject" && query.has("versionId") && headers["if-match"] !== undefined)
    return "DeleteObject of a version with header if-match is not there in the local S3";
  const type = String(headers["content-type"] ?? "");
  if (body.length > 0 && operation !== "DeleteObjects" && MISREAD.test(type))
    return `${operation} of content-type ${type} is not there in the local S3`;
  const more = operation === "DeleteObjects" && /<(ETag|LastModifiedTime|Size)\b/.exec(body.toString())?.[1];
  return more ? `DeleteObjects with ${more} is not there in the local S3` : undefined;
}

/** What fails, for who may know of it. */
function hidden(options: AnswerOptions, known: Known, failed: Answer): Answer {
  return (failed.status === 404 ? hiddenAbsence(options, known) : undefined) ?? withKey(failed, known);
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
