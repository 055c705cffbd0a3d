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

export function sqsCalls({ operation, input, region }: SqsRequest): Call[] {
  const action = `sqs:${SINGLE[operation] ?? operation}`;
  const queue = queueName(input);
  const resource = queue === undefined ? "*" : `arn:aws:sqs:${region}:${ACCOUNT_ID}:${queue}`;
  return [{ action, resource, context: {} }];
}

/** Undefined for requests about no queue, such as ListQueues. */
function queueName({ QueueUrl, QueueName }: Record<string, unknown>): string | undefined {
  if (typeof QueueUrl === "string") return QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1);
  return typeof QueueName === "string" ? QueueName : undefined;
}
