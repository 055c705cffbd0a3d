/** The event that Lambda makes of messages, and what it makes of the function's answer. */
import { readArn } from "../../../program/reading/arn.ts";
import { answeredValue, type InvokeResult } from "../../invocation.ts";
import type { ReceivedMessage } from "../../queues-and-buckets/queue-client.ts";

export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return { Records: messages.map((message) => sqsRecord(message, queueArn)) };
}

export function sqsRecord(message: ReceivedMessage, queueArn: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: messageAttributes(message),
    ...(message.MD5OfMessageAttributes ? { md5OfMessageAttributes: message.MD5OfMessageAttributes } : {}),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: readArn(queueArn)?.region ?? "",
  };
}

function messageAttributes({ MessageAttributes = {} }: ReceivedMessage): object {
  const entries = Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    {
      ...(StringValue === undefined ? {} : { stringValue: StringValue }),
      ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: DataType,
    },
  ]);
  return Object.fromEntries(entries);
}

/**
 * The messages to delete; the others come again. Lambda takes the whole batch for failed when the function failed, or
 * when it named a message that is not there.
 */
export function finished(
  messages: readonly ReceivedMessage[],
  result: InvokeResult,
  reportsFailures: boolean,
): readonly ReceivedMessage[] {
  if (result.status !== "ok") return [];
  if (!reportsFailures) return messages;
  const failed = failedIds(result.payload);
  if (!failed?.every((id) => messages.some(({ MessageId }) => MessageId === id))) return [];
  return messages.filter(({ MessageId }) => !failed.includes(MessageId));
}

/** None for an answer that names none; undefined for one that cannot be read. */
function failedIds(payload: string | undefined): unknown[] | undefined {
  const answer = answeredValue(payload) as { batchItemFailures?: unknown } | null | undefined;
  const failures = answer?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return undefined;
  return failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
}
