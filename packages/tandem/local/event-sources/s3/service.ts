/** Realises bucket notifications: what is put into a bucket calls a function or becomes a message. */
import { randomBytes } from "node:crypto";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import { invocationRefusal } from "../../iam/invocation-permission.ts";
import type { Invoker } from "../../invocation.ts";
import type { ObjectEvent } from "../../queues-and-buckets/events.ts";
import type { QueueAndBucketService } from "../../queues-and-buckets/service.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { sendToQueue } from "../sqs/send-to-queue.ts";
import { concerns, NOTIFICATION, type Notification, notifications, s3Event } from "./notifications.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const PRINCIPAL = "s3.amazonaws.com";

export class BucketNotificationService implements Service {
  readonly name = "bucket notifications";
  readonly #stores: QueueAndBucketService;
  readonly #invoker: Invoker;
  #notifications: Notification[] = [];
  #log: (line: string) => void = () => {};
  #count = 0;

  constructor(stores: QueueAndBucketService, invoker: Invoker) {
    this.#stores = stores;
    this.#invoker = invoker;
  }

  parity({ type, inputs }: RecordedResource): Parity | undefined {
    if (type === PERMISSION && text(inputs.principal) === PRINCIPAL) {
      return { state: "realised", reason: "a bucket may call its function only with it" };
    }
    if (type !== NOTIFICATION) return undefined;
    if (inputs.topics !== undefined || inputs.eventbridge === true) {
      return { state: "unsupported", reason: "only functions and queues are notified here" };
    }
    return { state: "realised", reason: "functions and queues, of objects created and removed" };
  }

  async start(context: LocalContext): Promise<void> {
    this.#log = context.log;
    await this.update(context);
    this.#stores.onObject((event) => this.#notify(event));
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#notifications = notifications(recording).filter((notification) => {
      const refusal = refusalOf(notification, recording);
      if (refusal) log(`Bucket ${notification.bucket}: ${refusal}.`);
      return refusal === undefined;
    });
  }

  async stop(): Promise<void> {
    this.#notifications = [];
  }

  #notify(event: ObjectEvent): void {
    for (const notification of this.#notifications.filter((one) => concerns(one, event))) {
      const requestId = randomBytes(8).toString("hex").toUpperCase();
      const sequencer = (Date.now() * 1000 + this.#count++).toString(16).toUpperCase();
      const payload = s3Event(event, notification, { time: new Date(), requestId, sequencer });
      this.#send(notification, payload).catch((error: Error) => {
        this.#log(`Bucket ${notification.bucket} → ${notification.target.arn}: ${error.message}`);
      });
    }
  }

  async #send({ target }: Notification, payload: object): Promise<void> {
    if (target.kind === "queue") await sendToQueue(this.#stores, target.arn, JSON.stringify(payload));
    else await this.#invoker.invoke(target.arn, payload, { type: "Event", caller: "bucket" });
  }
}

/** S3 takes no notification to a function that it may not call. */
function refusalOf({ bucket, target }: Notification, recording: Recording): string | undefined {
  if (target.kind === "queue") return undefined;
  return invocationRefusal(recording, {
    functionName: target.arn,
    principal: PRINCIPAL,
    sourceArn: `arn:aws:s3:::${bucket}`,
  });
}
