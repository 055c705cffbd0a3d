/** Answers requests to SQS and S3: checks who asks and whether they may, then lets the library answer. */
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { s3Calls, s3Target } from "../iam/actions-s3.ts";
import { sqsCalls } from "../iam/actions-sqs.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import { readSignature } from "../iam/signature.ts";
import { createdObject, type ObjectEvent, removedObjects } from "./events.ts";
import { type Failure, s3Failure, sqsFailure } from "./failures.ts";
import type { Library } from "./library.ts";

export interface AnswerOptions {
  library: Library;
  guard(): Guard;
  /** What queues are called by programs → by clients here. */
  queueUrls(): ReadonlyMap<string, string>;
  onRefusal(refusal: Refusal): void;
  onObject(event: ObjectEvent): void;
}

const TARGET = /^AmazonSQS\.([A-Za-z]+)$/;

/** One port serves both; which one is meant stands in the signature. */
export async function answerFauxqs(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  const service = readSignature(request)?.service;
  if (service === "sqs" || request.headers["x-amz-target"]) return answerSqs(options, request);
  return answerS3(options, request);
}

async function answerSqs(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  const operation = TARGET.exec(String(request.headers["x-amz-target"] ?? ""))?.[1];
  const input = parse(request.body);
  if (!operation || !input) {
    return sqsFailure("InvalidAction", "The local SQS speaks the JSON protocol, as current SDKs do.");
  }
  const refused = refuse(options, request, sqsFailure, ({ region }) =>
    sqsCalls({ operation, input, region }),
  );
  if (refused) return refused;
  if (operation === "GetQueueUrl") return queueUrl(options, input);
  const answer = await options.library.send(request);
  if (operation === "ReceiveMessage" && request.gone()) await putBack(options, request, answer);
  return operation === "ListQueues" ? withLocalUrls(options, answer) : answer;
}

/** A reader that went away while it waited must not keep what came in the meantime hidden. */
async function putBack({ library }: AnswerOptions, request: FrontRequest, answer: Answer): Promise<void> {
  const { Messages = [] } = (parse(answer.body) ?? {}) as { Messages?: { ReceiptHandle: string }[] };
  if (Messages.length === 0) return;
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  const body = Buffer.from(JSON.stringify({ QueueUrl: parse(request.body)?.QueueUrl, Entries }));
  const headers = { ...request.headers, "x-amz-target": "AmazonSQS.ChangeMessageVisibilityBatch" };
  await library.send({ ...request, headers, body });
}

async function answerS3(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  if (!s3Target(request.url)) {
    const message = `The local S3 takes no key with "." or ".." between slashes, and no stray "%": ${request.url}`;
    return { ...s3Failure("InvalidURI", message), status: 400 };
  }
  const refused = refuse(options, request, s3Failure, () => s3Calls(request));
  if (refused) return refused;
  const region = readSignature(request)?.region ?? "";
  const removed = removedObjects(request, options.library);
  const answer = await options.library.send(request);
  if (answer.status === 404) return hiddenAbsence(options, request) ?? answer;
  if (answer.status >= 300) return answer;
  const created = createdObject(request, options.library);
  if (created) options.onObject({ ...created, region });
  for (const { bucket, key } of removed) {
    if (!options.library.object(bucket, key))
      options.onObject({ name: "ObjectRemoved:Delete", bucket, key, region });
  }
  return answer;
}

/** Who may not list a bucket is not told that an object is missing: S3 denies the access instead. */
function hiddenAbsence(options: AnswerOptions, request: FrontRequest): Answer | undefined {
  const { bucket = "", key = "" } = s3Target(request.url) ?? {};
  if (key === "" || !options.library.hasBucket(bucket)) return undefined;
  const listing: Call = {
    action: "s3:ListBucket",
    resource: `arn:aws:s3:::${bucket}`,
    context: { "s3:prefix": [] },
  };
  return refuse(options, request, s3Failure, () => [listing]);
}

function refuse(
  { guard, onRefusal }: AnswerOptions,
  request: FrontRequest,
  failure: Failure,
  callsOf: (principal: Principal) => Call[] | undefined,
): Answer | undefined {
  const principal = guard().authenticate(request);
  if (typeof principal === "string") return failure(principal);
  const calls = callsOf(principal);
  if (!calls)
    return failure("AccessDenied", "The local run cannot tell what this request needs a permission for");
  const refusal = guard().refusal(principal, calls);
  if (!refusal) return undefined;
  onRefusal(refusal);
  return failure("AccessDenied", refusal.message);
}

function queueUrl({ queueUrls }: AnswerOptions, { QueueName: name }: Record<string, unknown>): Answer {
  const local = [...queueUrls().values()].find((url) => url.endsWith(`/${String(name)}`));
  if (!local) {
    return sqsFailure("QueueDoesNotExist", `The specified queue does not exist: ${String(name)}`);
  }
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify({ QueueUrl: local }),
  };
}

function withLocalUrls({ queueUrls }: AnswerOptions, answer: Answer): Answer {
  let body = answer.body.toString();
  for (const [cloud, local] of queueUrls())
    body = body.replaceAll(JSON.stringify(cloud), JSON.stringify(local));
  return { ...answer, body };
}

function parse(body: Buffer | string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined; // the query protocol of old clients, or nonsense
  }
}
