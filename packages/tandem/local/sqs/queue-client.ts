/** The few calls to SQS that the run makes itself, signed like any other: the check of permissions sees them too. */

import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import limits from "../../shared/aws/limits.cjs";
import type { Credentials } from "../iam/credentials.ts";

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
export interface SentBeside {
  MessageAttributes?: ReceivedMessage["MessageAttributes"];
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

export class SqsError extends Error {
  override name = "SqsError";
  /** e.g. `AccessDenied`. */
  readonly code: string;

  constructor(operation: string, code: string, message: string) {
    super(`${operation}: ${message || code}`);
    this.code = code;
  }
}

export class QueueClient {
  readonly #url: URL;
  readonly #signer: SignatureV4;

  /** `queueUrl`: on this machine. */
  constructor(queueUrl: string, region: string, credentials: Credentials) {
    this.#url = new URL(queueUrl);
    this.#signer = new SignatureV4({ service: "sqs", region, credentials, sha256: Sha256 });
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

  async send(body: string, more: SentBeside = {}): Promise<void> {
    await this.#call("SendMessage", { MessageBody: body, ...more });
  }

  async purge(): Promise<void> {
    await this.#call("PurgeQueue", {});
  }

  /** What lies in the queue, without taking any of it. */
  async peek(): Promise<PeekedMessages> {
    return this.#call<PeekedMessages>(PEEK, {});
  }

  async #call<Output>(operation: string, input: object, signal?: AbortSignal): Promise<Output> {
    const { host, hostname, port, origin } = this.#url;
    const { method, headers, body } = await this.#signer.sign({
      method: "POST",
      protocol: "http:",
      hostname,
      port: Number(port),
      path: "/",
      query: {},
      headers: {
        host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AmazonSQS.${operation}`,
      },
      body: JSON.stringify({ QueueUrl: this.#url.href, ...input }),
    });
    const response = await fetch(origin, { method, headers, body, ...(signal ? { signal } : {}) });
    const output = (await response.json()) as Output & { __type?: string; message?: string };
    if (response.ok) return output;
    throw new SqsError(
      operation,
      output.__type?.split("#").at(-1) ?? String(response.status),
      output.message ?? "",
    );
  }
}
