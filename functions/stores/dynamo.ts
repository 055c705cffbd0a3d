/** DynamoDB: one client a worker. */
import {
  type $Command,
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientResolvedConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from "@aws-sdk/client-dynamodb";
import { clientSettings, deadline, orFailure, tracing } from "./aws-client.ts";

const client = new DynamoDBClient(clientSettings);
client.middlewareStack.use(tracing("DynamoDB"));

export function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  command: $Command<I, O, DynamoDBClientResolvedConfig>,
): Promise<O> {
  return orFailure("DynamoDB", client.send(command, deadline()));
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
