/** SQS: one client a worker. */
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientSettings, deadline, orFailure, tracing } from "./aws-client.ts";

const client = new SQSClient(clientSettings);
client.middlewareStack.use(tracing("SQS"));

/** The message as JSON. It may be delivered twice. */
export async function sendMessage(QueueUrl: string, message: unknown): Promise<void> {
  const command = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message) });
  await orFailure("SQS", client.send(command, deadline()));
}
