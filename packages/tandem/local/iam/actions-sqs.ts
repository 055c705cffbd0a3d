/** What an SQS request wants to do to which queue, in IAM's words. */
import { ACCOUNT_ID } from "./credentials.ts";
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

/** These name the queue; all others call it by its URL. What a request says besides is read by nobody. */
const BY_NAME = new Set(["CreateQueue", "GetQueueUrl"]);

/** A queue's URL as AWS makes them, at whatever host: nothing behind the name. */
const QUEUE_URL = /^https?:\/\/[^/?#]+\/(\d{12})\/([\w-]+(?:\.fifo)?)$/;

/** Undefined for a request that does not say plainly which queue it is about. */
export function sqsCalls({ operation, input, region }: SqsRequest): Call[] | undefined {
  const action = `sqs:${SINGLE[operation] ?? operation}`;
  if (operation === "ListQueues") return [{ action, resource: "*", context: {} }];
  const queue = BY_NAME.has(operation) ? byName(input.QueueName) : byUrl(input.QueueUrl);
  if (!queue) return undefined;
  return [{ action, resource: `arn:aws:sqs:${region}:${queue.account}:${queue.name}`, context: {} }];
}

interface Queue {
  account: string;
  name: string;
}

function byName(name: unknown): Queue | undefined {
  return typeof name === "string" ? { account: ACCOUNT_ID, name } : undefined;
}

function byUrl(url: unknown): Queue | undefined {
  const [, account, name] = (typeof url === "string" && QUEUE_URL.exec(url)) || [];
  return account && name ? { account, name } : undefined;
}
