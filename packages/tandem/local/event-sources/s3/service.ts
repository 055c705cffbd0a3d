/** Realises bucket notifications: what is put into a bucket calls a function or becomes a message. */
import { randomBytes } from "node:crypto";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import type { DeliverTo } from "../../deliveries/destinations.ts";
import { busArn } from "../../iam/resource-policies.ts";
import { serviceRefusal } from "../../iam/service-calls.ts";
import type { ObjectEvent } from "../../queues-and-buckets/events.ts";
import type { QueueAndBucketService } from "../../queues-and-buckets/service.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { busEventOf } from "./bus-events.ts";
import {
  concerns,
  NOTIFICATION,
  type Notification,
  notifications,
  type Occurrence,
  s3Event,
} from "./notifications.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const PRINCIPAL = "s3.amazonaws.com";

export class BucketNotificationService implements Service {
  readonly name = "bucket notifications";
  readonly #stores: QueueAndBucketService;
  readonly #deliver: DeliverTo;
  #recording: Recording | undefined;
  #notifications: Notification[] = [];
  #log: (line: string) => void = () => {};
  #count = 0;

  constructor(stores: QueueAndBucketService, deliver: DeliverTo) {
    this.#stores = stores;
    this.#deliver = deliver;
  }

  parity({ type, inputs }: RecordedResource): Parity | undefined {
    if (type === PERMISSION && text(inputs.principal) === PRINCIPAL) {
      return { state: "realised", reason: "a bucket may call its function only with it" };
    }
    if (type !== NOTIFICATION) return undefined;
    return { state: "realised", reason: "of objects created and removed" };
  }

  async start(context: LocalContext): Promise<void> {
    this.#log = context.log;
    await this.update(context);
    this.#stores.onObject((event) => this.#notify(event));
  }

  async update({ recording, log }: LocalContext): Promise<void> {
    this.#recording = recording;
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
      this.#send(notification, event, { time: new Date(), requestId, sequencer }).catch((error: Error) => {
        this.#log(`Bucket ${notification.bucket} → ${notification.target.arn}: ${error.message}`);
      });
    }
  }

  async #send(notification: Notification, object: ObjectEvent, occurrence: Occurrence): Promise<void> {
    const { kind, arn } = notification.target;
    if (kind !== "bus") {
      const payload = s3Event(object, notification, occurrence);
      await this.#deliver(arn, { payload, caller: "bucket", subject: "Amazon S3 Notification" });
      return;
    }
    const event = busEventOf(object, occurrence);
    const bus = this.#recording ? busArn(undefined, this.#recording) : arn;
    await this.#deliver(bus, { payload: event, caller: "bucket", event });
  }
}

/** S3 takes no notification to a function that it may not call, nor to a queue or a topic whose policy does not name it. */
function refusalOf({ bucket, target }: Notification, recording: Recording): string | undefined {
  // The default bus takes what a service of AWS tells of its own.
  if (target.kind === "bus") return undefined;
  return serviceRefusal(recording, {
    principal: PRINCIPAL,
    sourceArn: `arn:aws:s3:::${bucket}`,
    targetArn: target.arn,
  });
}
