/** The client of DynamoDB: one a worker, with an end to every wait, and its errors turned into answers. */
import {
  type $Command,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";
import { unavailable } from "../http/http-error.ts";

/** 3 attempts of at most 1.5 s and the pauses between them: below the 6 s within which an answer must leave. */
const dynamo = new DynamoDBClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
});

/** Milliseconds for a call with all its attempts. */
const DEADLINE = 5_000;

/** A condition that did not hold stays what it is, for the caller to explain; everything else is a 503. */
export async function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  command: $Command<I, O, DynamoDBClientResolvedConfig>,
): Promise<O> {
  try {
    return await dynamo.send(command, { abortSignal: AbortSignal.timeout(DEADLINE) });
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw error;
    throw unavailable(error);
  }
}

/** What a conditional write gave, or undefined when its condition did not hold. */
export async function unlessRefused<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
