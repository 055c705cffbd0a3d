/** The few calls to SQS that the run makes itself. */

import limits from "../../shared/aws/limits.cjs";
import type { Credentials } from "../iam/credentials.ts";
import { JsonClient } from "../json-client.ts";

export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  MD5OfMessageAttributes?: string;
  Attributes?: Record<string, string>;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

/** No operation of AWS: the local SQS answers it to the operator alone. */
export const PEEK = "PeekMessages";

export interface PeekedMessage {
  messageId: string;
  body: string;
  sentTimestamp: number;
  approximateReceiveCount: number;
  messageGroupId?: string;
}

export interface PeekedMessages {
  ready: PeekedMessage[];
  /** Not to be received before their delay is over. */
  delayed: PeekedMessage[];
  /** Received by somebody who has not deleted them yet. */
  inFlight: PeekedMessage[];
}

/** What of a message is not its body. */
export interface MessageExtras {
  MessageAttributes?: ReceivedMessage["MessageAttributes"];
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

export class QueueClient {
  readonly #url: string;
  readonly #client: JsonClient;

  /** `queueUrl`: on this machine. */
  constructor(queueUrl: string, region: string, credentials: Credentials) {
    const endpoint = new URL(queueUrl);
    this.#url = endpoint.href;
    this.#client = new JsonClient({ endpoint, service: "sqs", region, credentials });
  }

  async receive(most: number, waitSeconds: number, signal?: AbortSignal): Promise<ReceivedMessage[]> {
    const input = {
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    const { Messages = [] } = await this.#call<{ Messages?: ReceivedMessage[] }>(
      "ReceiveMessage",
      input,
      signal,
    );
    return Messages;
  }

  async delete(messages: readonly ReceivedMessage[]): Promise<void> {
    for (let from = 0; from < messages.length; from += limits.sqs.mostMessages) {
      const Entries = messages
        .slice(from, from + limits.sqs.mostMessages)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#call("DeleteMessageBatch", { Entries });
    }
  }

  async send(body: string, more: MessageExtras = {}): Promise<void> {
    await this.#call("SendMessage", { MessageBody: body, ...more });
  }

  async purge(): Promise<void> {
    await this.#call("PurgeQueue", {});
  }

  /** What lies in the queue, without taking any of it. */
  async peek(): Promise<PeekedMessages> {
    return this.#call<PeekedMessages>(PEEK, {});
  }

  #call<Output>(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
    return this.#client.call<Output>(operation, { QueueUrl: this.#url, ...input }, signal);
  }
}
