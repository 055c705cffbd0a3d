/** Takes what became of an asynchronous invocation to the queue that is its destination. */
import { readArn } from "../../../program/reading/arn.ts";
import { operatorCredentials } from "../../iam/credentials.ts";
import { QueueClient } from "../../queues-and-buckets/queue-client.ts";
import type { QueueAndBucketService } from "../../queues-and-buckets/service.ts";

/** `arn`: of a queue the program declares; another destination (a topic, a bus) cannot be reached from here. */
export async function sendToQueue(queues: QueueAndBucketService, arn: string, record: string): Promise<void> {
  const url = queues.queueUrl(arn);
  if (url === undefined) throw new Error(`${arn} is no queue of this program: the record is not delivered`);
  const region = readArn(arn)?.region ?? "";
  await new QueueClient(url, region, operatorCredentials).send(record);
}
