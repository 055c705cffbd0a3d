/** What an SQS request wants to do to which queue, in IAM's words. */
import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import type { Call } from "./evaluate.ts";

export interface SqsRequest {
  /** e.g. `SendMessage`. */
  operation: string;
  input: Record<string, unknown>;
  region: string;
}

/** A batch needs the permission of its single form. */
const SINGLE: Record<string, string> = {
  SendMessageBatch: "SendMessage",
  DeleteMessageBatch: "DeleteMessage",
  ChangeMessageVisibilityBatch: "ChangeMessageVisibility",
};

/** A task that moves messages needs also what it does itself. */
const MOVES = new Set(["StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"]);
const OF_A_MOVE = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** These name the queue; all others call it by its URL. What a request says besides is read by nobody. */
const BY_NAME = new Set(["CreateQueue", "GetQueueUrl"]);

/** A queue's URL as AWS makes them, at whatever host: nothing behind the name. */
const QUEUE_URL = /^https?:\/\/[^/?#]+\/(\d{12})\/([\w-]+(?:\.fifo)?)$/;

/** Undefined for a request that does not say plainly which queue it is about. */
export function sqsCalls({ operation, input, region }: SqsRequest): Call[] | undefined {
  const action = `sqs:${SINGLE[operation] ?? operation}`;
  if (operation === "ListQueues") return [{ action, resource: "*", context: {} }];
  const queue = queueOf(operation, input);
  if (!queue) return undefined;
  const resource = `arn:aws:sqs:${region}:${queue.account}:${queue.name}`;
  const actions = [action];
  if (operation === "CreateQueue" && input.tags !== undefined) actions.push("sqs:TagQueue");
  if (MOVES.has(operation)) actions.push(...OF_A_MOVE);
  return actions.map((one) => ({ action: one, resource, context: {} }));
}

export interface CalledQueue {
  account: string;
  name: string;
}

/** Undefined where the request does not say plainly which queue it is about. */
export function queueOf(operation: string, input: Record<string, unknown>): CalledQueue | undefined {
  return BY_NAME.has(operation) ? byName(input) : byUrl(input.QueueUrl);
}

function byName({ QueueName: name, QueueOwnerAWSAccountId: account = ACCOUNT_ID }: Record<string, unknown>) {
  return typeof name === "string" && typeof account === "string" ? { account, name } : undefined;
}

function byUrl(url: unknown): CalledQueue | undefined {
  const [, account, name] = (typeof url === "string" && QUEUE_URL.exec(url)) || [];
  return account && name ? { account, name } : undefined;
}
