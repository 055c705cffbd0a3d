/** Applies changes from the queue. A message that cannot be applied fails alone, and ends in the dead-letter queue. */
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { describeError, logger } from "../telemetry/logger.ts";
import { count } from "../telemetry/metrics.ts";
import { applyChange } from "./apply-change.ts";
import { MovieMessage } from "./message.ts";

export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  logger.addContext(context);
  const failed = (await Promise.all(event.Records.map(failureOf))).filter((id) => id !== undefined);
  count({ Applied: event.Records.length - failed.length, Rejected: failed.length }, context.functionName);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
}

/** The id of a message that could not be applied. */
async function failureOf({ messageId, body, attributes }: SQSRecord): Promise<string | undefined> {
  try {
    const applied = await applyChange(MovieMessage.parse(JSON.parse(body)), Number(attributes.SentTimestamp));
    if (!applied) logger.info("message overtaken by a later change", { messageId });
    return undefined;
  } catch (error) {
    logger.error("message not applied", { messageId, error: describeError(error) });
    return messageId;
  }
}
