/** Answers requests to SQS: checks who asks and whether they may, then lets the library answer. */

import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import { type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { type CalledQueue, queueOf, sqsCalls } from "../iam/actions-sqs.ts";
import { formWrongRegion } from "../iam/authentication-faults.ts";
import { readSignature } from "../iam/signature.ts";
import { asSqsNames, sqsFailure } from "./failures.ts";
import { type AnswerOptions, judge } from "./judge.ts";
import { MOVES, movedFrom, targetsOf } from "./message-moves.ts";
import { PEEK, type ReceivedMessage } from "./queue-client.ts";
import { queuePage } from "./queue-list.ts";
import { asAskedFor } from "./received.ts";
import { INPUTS } from "./sqs-inputs.ts";
import { entriesOf, entryRefusal, orderRefusal, requestRefusal } from "./sqs-requests.ts";
import { typeRefusal, withoutNulls } from "./sqs-types.ts";

const NO_JSON = { code: "MalformedInput", message: "The request is no JSON object." };
const NO_QUEUE = "The specified queue does not exist.";
const TARGET = /^AmazonSQS\.([A-Za-z]+)$/;

export async function answerSqs(options: AnswerOptions, request: FrontRequest): Promise<Answer> {
  const operation = TARGET.exec(String(request.headers["x-amz-target"] ?? ""))?.[1];
  if (!operation)
    return sqsFailure("InvalidAction", "The local SQS speaks the JSON protocol, as current SDKs do.");
  const given = parseObject(request.body);
  const input = withoutNulls(given ?? {});
  if (operation === PEEK) return peek(options, request, input);
  const shape = Object.hasOwn(INPUTS, operation) ? INPUTS[operation] : undefined;
  if (!shape) return sqsFailure("InvalidAction", `${operation} is not there in the local SQS.`);
  const malformed = given ? typeRefusal(shape, input) : NO_JSON;
  const region = readSignature(request)?.region;
  const own = regionOf(options, aboutQueue(input));
  // A queue's URL leads to its own region, which takes no signature for another.
  if (own !== undefined && region !== undefined && own !== region)
    return sqsFailure(...formWrongRegion(region));
  const refused = judge(options, request, "sqs", sqsFailure, () => {
    // It says of no queue that anything is to be done there.
    if (malformed) return [];
    const calls = sqsCalls({ operation, input: aboutQueue(input), region: region ?? "" });
    // A handle that names no queue is told of as that.
    if (operation === "CancelMessageMoveTask") return calls ?? [];
    if (operation !== "StartMessageMoveTask") return calls;
    const sent = targetsOf(options.library, input).map((resource) => ({
      action: "sqs:SendMessage",
      resource,
      context: {},
    }));
    return calls && [...calls, ...sent];
  });
  if (refused) return refused;
  const illegal = malformed ?? requestRefusal(operation, input);
  if (illegal) return sqsFailure(illegal.code, illegal.message);
  const move = MOVES[operation];
  if (move) return move(options.library, input);
  const queue = queueOf(operation, input);
  if (queue && queue.account !== ACCOUNT_ID) return sqsFailure("QueueDoesNotExist", NO_QUEUE);
  if (operation === "GetQueueUrl") return queueUrl(options, input, region);
  if (operation === "ListQueues") return queues(options, input);
  if (queue && operation === "ListDeadLetterSourceQueues") return queuesBefore(options, queue, input, region);
  const { library } = options;
  const attributes = queue && library.queueAttributes(queue.name);
  const unordered = attributes && orderRefusal(attributes, operation, input);
  if (unordered) return sqsFailure(unordered.code, unordered.message);
  const send = (sent: Record<string, unknown>) => {
    const isByUrl = queue && input.QueueUrl !== undefined;
    const body = isByUrl ? withUrl(sent, queue) : Buffer.from(JSON.stringify(sent));
    return library.send(rewritten({ ...request, body }, operation)).then(asSqsNames);
  };
  if (operation.endsWith("Batch")) return sendBatch(attributes, operation, input, send);
  // The library would leave out attributes as AWS does not.
  const answer = await send({ ...input, MessageAttributeNames: undefined });
  if (!queue || operation !== "ReceiveMessage" || answer.status !== 200) return answer;
  if (request.gone()) await putBack(options, { ...request, body: withUrl(input, queue) }, answer);
  const { Messages = [] } = (parseObject(answer.body) ?? {}) as { Messages?: ReceivedMessage[] };
  const messages = asAskedFor(Messages, input, (handle) => library.deadLetterSource(queue.name, handle));
  return { ...answer, body: JSON.stringify(messages.length === 0 ? {} : { Messages: messages }) };
}

type Sent = (input: Record<string, unknown>) => Promise<Answer>;

/** Entries that are refused here are told of beside those that the library answers. */
async function sendBatch(
  attributes: Readonly<Record<string, string>> | undefined,
  operation: string,
  input: Record<string, unknown>,
  send: Sent,
): Promise<Answer> {
  const judged = entriesOf(input).map((entry, index) => ({
    entry,
    refusal: entryRefusal(attributes, operation, entry, index),
  }));
  const refused = judged.flatMap(({ entry, refusal }) =>
    refusal ? [{ Id: entry.Id, SenderFault: true, Code: refusal.code, Message: refusal.message }] : [],
  );
  if (refused.length === 0) return send(input);
  const good = judged.filter(({ refusal }) => !refusal).map(({ entry }) => entry);
  const answer = good.length === 0 ? undefined : await send({ ...input, Entries: good });
  if (answer && answer.status !== 200) return answer;
  const { Successful = [], Failed = [] } = (answer && parseObject(answer.body)) ?? {};
  return json({ Successful, Failed: [...(Failed as object[]), ...refused] });
}

/** The queue that a request names by something else than its URL, by a URL. */
function aboutQueue(input: Record<string, unknown>): Record<string, unknown> {
  const arn = input.SourceArn ?? movedFrom(input.TaskHandle);
  const { region, account, resource } = readArn(String(arn)) ?? {};
  if (resource === undefined) return input;
  return { ...input, QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${resource}` };
}

function queues(options: AnswerOptions, input: JsonObject): Answer {
  const prefix = String(input.QueueNamePrefix ?? "");
  const asked = options.library.queues().filter(({ name }) => name.startsWith(prefix));
  const { urls, ...more } = queuePage(asked, input);
  return json({ QueueUrls: localUrls(options, urls), ...more });
}

function queuesBefore(
  options: AnswerOptions,
  { account, name }: CalledQueue,
  input: JsonObject,
  region = "",
): Answer {
  const arn = `arn:aws:sqs:${region}:${account}:${name}`;
  if (!options.library.hasQueue(arn)) return sqsFailure("QueueDoesNotExist", NO_QUEUE);
  const { urls, ...more } = queuePage(options.library.queuesBefore(arn), input);
  return json({ queueUrls: localUrls(options, urls), ...more });
}

function json(body: object): Answer {
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.0" },
    body: JSON.stringify(body),
  };
}

/** Asked by who looks from outside; a program finds it as little here as in the cloud. */
function peek(options: AnswerOptions, request: FrontRequest, input: Record<string, unknown>): Answer {
  const principal = options.guard().authenticate(request, "sqs");
  if (typeof principal === "string") return sqsFailure(principal);
  if (principal.role) return sqsFailure("InvalidAction", `${PEEK} is not there in the local SQS.`);
  const queue = queueOf(PEEK, input);
  const messages = queue && options.library.messages(queue.name);
  if (!messages) return sqsFailure("QueueDoesNotExist", NO_QUEUE);
  return json(messages);
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
  return json({ QueueUrl: local });
}

function localUrls({ queueUrls }: AnswerOptions, urls: readonly string[]): string[] {
  const local = queueUrls();
  return urls.map((url) => local.get(url) ?? url);
}
