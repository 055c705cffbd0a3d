/** What SQS refuses when a queue is created, found before it is run here. */
import { type DeclaredQueue, deadLetterArn } from "./declared.ts";

/** As SQS's API page of CreateQueue has them. */
const RANGES: Record<string, [least: number, most: number]> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
};

/** A sentence a mistake, with the queue's name. */
export function queueRefusals(queues: readonly DeclaredQueue[]): string[] {
  return queues.flatMap((queue) => refusalsOf(queue, queues).map((why) => `Queue ${queue.name}: ${why}.`));
}

function refusalsOf(queue: DeclaredQueue, queues: readonly DeclaredQueue[]): string[] {
  const { name, attributes } = queue;
  const found: string[] = [];
  const isFifo = attributes.FifoQueue === "true";
  if (!/^[\w-]{1,75}\.fifo$|^[\w-]{1,80}$/.test(name))
    found.push("its name may have up to 80 letters, digits, - and _ alone, and .fifo at the end");
  if (isFifo && !name.endsWith(".fifo")) found.push("the name of a FIFO queue ends with .fifo");
  if (!isFifo && name.endsWith(".fifo")) found.push("its name ends with .fifo, but it is no FIFO queue");
  for (const [attribute, [least, most]] of Object.entries(RANGES)) {
    const value = attributes[attribute];
    if (value !== undefined && !(Number(value) >= least && Number(value) <= most))
      found.push(`${attribute} of ${value} s must be from ${least} to ${most}`);
  }
  const deadLetters = deadLetterArn(queue);
  const target = queues.find(({ arn }) => arn === deadLetters);
  if (target && (target.attributes.FifoQueue === "true") !== isFifo)
    found.push(
      `its dead-letter queue ${target.name} must be ${isFifo ? "a FIFO queue" : "a standard queue"} as well`,
    );
  return found;
}
