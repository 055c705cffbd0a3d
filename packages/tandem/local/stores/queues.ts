/** Looks into the queues of a run, and changes them, as the person at this machine. */

import limits from "../../shared/aws/limits.cjs";
import { UserError } from "../../shared/user-error.js";
import { operatorCredentials } from "../iam/credentials.ts";
import {
  type PeekedMessages,
  QueueClient,
  type ReceivedMessage,
} from "../queues-and-buckets/queue-client.ts";
import { findStore, type QueueStore, type Stores } from "../store-list.ts";

export class Queues {
  readonly #queues: readonly QueueStore[];

  constructor({ queues }: Stores) {
    this.#queues = queues;
  }

  async list(): Promise<{ queue: QueueStore; messages: PeekedMessages }[]> {
    return Promise.all(
      this.#queues.map(async (queue) => ({ queue, messages: await this.peek(queue.physicalName) })),
    );
  }

  /** Nothing is taken, and nothing counts as received. */
  async peek(queue: string): Promise<PeekedMessages> {
    return this.#call(this.#find(queue), (client) => client.peek());
  }

  /** `group`: of a FIFO queue, where one without a group is refused. */
  async send(queue: string, body: string, group?: string): Promise<void> {
    const more = group === undefined ? {} : { MessageGroupId: group };
    await this.#call(this.#find(queue), (client) => client.send(body, more));
  }

  async purge(queue: string): Promise<void> {
    await this.#call(this.#find(queue), (client) => client.purge());
  }

  /** Sends what lies among the dead letters where it came from, or to another queue. Gives how many. */
  async redrive(deadLetters: string, to?: string): Promise<{ count: number; to: string }> {
    const from = this.#find(deadLetters);
    const target = to === undefined ? this.#sourceOf(from) : this.#find(to);
    if (target === from)
      throw new UserError(`${from.name} is where the messages are already. Name another queue with --to.`);
    let count = 0;
    for (;;) {
      const messages = await this.#call(from, (client) => client.receive(limits.sqs.mostMessages, 0));
      if (messages.length === 0) return { count, to: target.name };
      for (const message of messages) {
        await this.#call(target, (client) => client.send(message.Body, besideOf(message, target)));
        await this.#call(from, (client) => client.delete([message]));
        count += 1;
      }
    }
  }

  #sourceOf({ name, deadLettersOf }: QueueStore): QueueStore {
    const [source, ...others] = deadLettersOf;
    if (source === undefined)
      throw new UserError(
        `${name} is the dead-letter queue of no queue, so nobody knows where its messages belong. Name a queue with --to.`,
      );
    if (others.length > 0)
      throw new UserError(
        `${name} has the dead letters of several queues (${deadLettersOf.join(", ")}). Choose one with --to.`,
      );
    return this.#find(source);
  }

  #find(name: string): QueueStore {
    return findStore("queue", this.#queues, name);
  }

  async #call<T>({ url, region, name }: QueueStore, call: (client: QueueClient) => Promise<T>): Promise<T> {
    try {
      return await call(new QueueClient(url, region, operatorCredentials));
    } catch (error) {
      throw new UserError(`Queue ${name}: ${(error as Error).message}`);
    }
  }
}

/** A message is the same in the other queue: its attributes, and of a FIFO queue its place. */
function besideOf({ MessageAttributes, Attributes = {} }: ReceivedMessage, { physicalName }: QueueStore) {
  const { MessageGroupId } = Attributes;
  // A queue that is no FIFO queue takes none.
  const { MessageDeduplicationId } = physicalName.endsWith(".fifo") ? Attributes : {};
  return {
    ...(MessageAttributes === undefined ? {} : { MessageAttributes }),
    ...(MessageGroupId === undefined ? {} : { MessageGroupId }),
    ...(MessageDeduplicationId === undefined ? {} : { MessageDeduplicationId }),
  };
}
