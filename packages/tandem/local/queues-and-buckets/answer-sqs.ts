/** Answers requests to SQS: checks who asks and whether they may, then lets the library answer. */

import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { parseObject } from "../../shared/json.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { type CalledQueue, queueOf, sqsCalls } from "../iam/actions-sqs.ts";
import { readSignature } from "../iam/signature.ts";
import { sqsFailure } from "./failures.ts";
import { type AnswerOptions, judge } from "./judge.ts";
import { PEEK } from "./queue-client.ts";

/** What the library implements. */
const SERVED = new Set([
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
  "CreateQueue",
  "DeleteMessage",
  "DeleteMessageBatch",
  "DeleteQueue",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListQueueTags",
  "ListQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
  "SendMessageBatch",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
]);

const NO_QUEUE = "The specified queue does not exist.";
const TARGET = /^AmazonSQS\.([A-Za-z]+)$/;

export async function answerSqs(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  const operation = TARGET.exec(String(request.headers["x-amz-target"] ?? ""))?.[1];
  const input = parseObject(request.body);
  if (!operation || !input) {
    return sqsFailure("InvalidAction", "The local SQS speaks the JSON protocol, as current SDKs do.");
  }
  if (operation === PEEK) return peek(options, request, input);
  if (!SERVED.has(operation))
    return sqsFailure("InvalidAction", `${operation} is not there in the local SQS.`);
  const region = readSignature(request)?.region;
  const own = regionOf(options, input);
  // A queue's URL leads to its own region, which takes no signature for another.
  if (own !== undefined && region !== undefined && own !== region)
    return sqsFailure(
      "SignatureDoesNotMatch",
      `Credential should be scoped to a valid region, not '${region}'.`,
    );
  const refused = judge(options, request, "sqs", sqsFailure, () =>
    sqsCalls({ operation, input, region: region ?? "" }),
  );
  if (refused) return refused;
  const queue = queueOf(operation, input);
  if (queue && queue.account !== ACCOUNT_ID) return sqsFailure("QueueDoesNotExist", NO_QUEUE);
  if (operation === "GetQueueUrl") return queueUrl(options, input, region);
  const body = queue && input.QueueUrl !== undefined ? withUrl(input, queue) : request.body;
  const answer = await options.library.send(rewritten({ ...request, body }, operation));
  if (operation === "ReceiveMessage" && request.gone()) await putBack(options, { ...request, body }, answer);
  return operation === "ListQueues" ? withLocalUrls(options, answer) : answer;
}

/** Asked by who looks from outside; a program finds it as little here as in the cloud. */
function peek(options: AnswerOptions, request: FrontRequest, input: Record<string, unknown>): Answer {
  const principal = options.guard().authenticate(request, "sqs");
  if (typeof principal === "string") return sqsFailure(principal);
  if (principal.role) return sqsFailure("InvalidAction", `${PEEK} is not there in the local SQS.`);
  const queue = queueOf(PEEK, input);
  const messages = queue && options.library.messages(queue.name);
  if (!messages) return sqsFailure("QueueDoesNotExist", NO_QUEUE);
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(messages),
  };
}

/** A reader that went away while it waited must not keep what came in the meantime hidden. */
async function putBack({ library }: AnswerOptions, request: FrontRequest, answer: Answer): Promise<void> {
  const { Messages = [] } = (parseObject(answer.body) ?? {}) as { Messages?: { ReceiptHandle: string }[] };
  if (Messages.length === 0) return;
  const Entries = Messages.map(({ ReceiptHandle }, index) => ({
    Id: String(index),
    ReceiptHandle,
    VisibilityTimeout: 0,
  }));
  const body = Buffer.from(JSON.stringify({ QueueUrl: parseObject(request.body)?.QueueUrl, Entries }));
  await library.send(rewritten({ ...request, body }, "ChangeMessageVisibilityBatch"));
}

/** What was read of the request, and nothing else: by another path or type the library would take it for S3. */
function rewritten(request: FrontRequest, operation: string): FrontRequest {
  const headers = {
    host: "127.0.0.1",
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": `AmazonSQS.${operation}`,
  };
  return { ...request, method: "POST", url: "/", headers };
}

/** The queue that was judged, by a host in which the library reads no region. */
function withUrl(input: Record<string, unknown>, { account, name }: CalledQueue): Buffer {
  return Buffer.from(JSON.stringify({ ...input, QueueUrl: `http://127.0.0.1/${account}/${name}` }));
}

/** Where a queue's URL leads: what its host says, or where the queue is declared. */
function regionOf(
  { queueUrls }: AnswerOptions,
  { QueueUrl: url }: Record<string, unknown>,
): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const own = [...queueUrls().keys()].find((cloud) => new URL(cloud).pathname === new URL(url).pathname);
  return regionIn(url) ?? (own === undefined ? undefined : regionIn(own));
}

/** `https://sqs.eu-central-1.amazonaws.com/…` → `eu-central-1` */
function regionIn(cloudUrl: string): string | undefined {
  return /^https:\/\/sqs\.([\w-]+)\./.exec(cloudUrl)?.[1];
}

function queueUrl(
  { queueUrls }: AnswerOptions,
  { QueueName: name }: Record<string, unknown>,
  region: string | undefined,
): Answer {
  const [, local] =
    [...queueUrls()].find(([cloud, url]) => url.endsWith(`/${String(name)}`) && regionIn(cloud) === region) ??
    [];
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
