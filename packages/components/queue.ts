import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { declared } from "./declared.ts";
import type { Link } from "./link.ts";
import { physicalName, variablePrefix } from "./names.ts";
import { denyPlainHttp, policyDocument } from "./policy-document.ts";

export interface QueueArgs {
  /** Seconds a message stays hidden from other readers once somebody received it; enough for a function of 30 s by itself. */
  visibilityTimeout?: number;
  /** Deliveries after which a message that nobody finished becomes a dead letter. */
  maxReceiveCount?: number;
}

/** Function timeouts a message must stay hidden for, so that retries of a throttled call do not meet a second delivery. */
export const TIMEOUTS_HIDDEN = 6;
/** Seconds of a call with its messages, and of waiting for these, that a queue is made for unless it is told otherwise. */
const usual = { timeout: 30, batching: 10 };

/** Seconds an unread message is kept: 4 days, a long weekend. */
const RETENTION = 4 * 24 * 60 * 60;
/** Seconds a reader waits for the first message; the longest, since every empty answer is paid for. */
const LONG_POLLING = 20;

/** A queue with its dead-letter queue, encrypted, TLS only. `send` and `consume` link it to functions. */
export class Queue extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly visibilityTimeout: number;
  readonly queueName: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;
  readonly deadLetters: DeadLetterQueue;
  readonly send: Link;
  /** Receives and deletes messages; what an event source of this queue needs of its function. */
  readonly consume: Link;

  constructor(name: string, args: QueueArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Queue", name, {}, opts);
    this.name = name;
    this.visibilityTimeout = args.visibilityTimeout ?? TIMEOUTS_HIDDEN * usual.timeout + usual.batching;
    const ownName = physicalName(name, "queue");
    this.deadLetters = new DeadLetterQueue(name, { parent: this });
    const queue = this.#createQueue(ownName, args);
    this.queueName = queue.name;
    this.queueArn = queue.arn;
    this.queueUrl = queue.url;
    this.#createPolicy();
    this.#openDeadLetters();

    this.send = this.#link("send", ["sqs:SendMessage"]);
    this.consume = this.#link("consume", [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
    ]);
    declared("queues", name, this);
    this.registerOutputs({
      queueName: this.queueName,
      queueArn: this.queueArn,
      queueUrl: this.queueUrl,
      deadLettersUrl: this.deadLetters.queueUrl,
    });
  }

  #createQueue(ownName: string, { maxReceiveCount = 5 }: QueueArgs): aws.sqs.Queue {
    return new aws.sqs.Queue(
      this.name,
      {
        name: ownName,
        visibilityTimeoutSeconds: this.visibilityTimeout,
        messageRetentionSeconds: RETENTION,
        receiveWaitTimeSeconds: LONG_POLLING,
        sqsManagedSseEnabled: true,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: this.deadLetters.queueArn,
          maxReceiveCount,
        }),
      },
      { parent: this },
    );
  }

  #createPolicy(): void {
    new aws.sqs.QueuePolicy(
      `${this.name}-policy`,
      { queueUrl: this.queueUrl, policy: policyDocument([denyPlainHttp("sqs:*", this.queueArn)]) },
      { parent: this },
    );
  }

  /** No other queue may drop its dead letters among ours. */
  #openDeadLetters(): void {
    new aws.sqs.RedriveAllowPolicy(
      `${this.name}-redrive`,
      {
        queueUrl: this.deadLetters.queueUrl,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [this.queueArn],
        }),
      },
      { parent: this },
    );
  }

  #link(kind: string, actions: string[]): Link {
    return {
      name: `${this.name}.${kind}`,
      variables: { [`${variablePrefix(this.name)}_QUEUE_URL`]: this.queueUrl },
      permissions: [{ actions, resources: [this.queueArn] }],
    };
  }
}
