/** Realises bucket notifications: what is put into a bucket calls a function or becomes a message. */
import { randomBytes } from "node:crypto";
import { busArn } from "../../../program/reading/event-rules.ts";
import { NOTIFICATION } from "../../../program/reading/event-sources.ts";
import { text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../../program/recording.ts";
import type { DeliverTo } from "../../deliveries/destinations.ts";
import { serviceRefusal } from "../../iam/service-calls.ts";
import type { ObjectEvent } from "../../queues-and-buckets/events.ts";
import type { QueueAndBucketService } from "../../queues-and-buckets/service.ts";
import type { LocalContext, Parity, Service } from "../../service.ts";
import { busEventOf } from "./bus-events.ts";
import {
  concerns,
  type Notification,
  notifications,
  type Occurrence,
  s3Event,
  testEvent,
} from "./notifications.ts";
import { TestEvents } from "./test-events.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const PRINCIPAL = "s3.amazonaws.com";
const FOLDER = "bucket-notifications";
const SUBJECT = "Amazon S3 Notification";

export class BucketNotificationService implements Service {
  readonly name = "bucket notifications";
  readonly #stores: QueueAndBucketService;
  readonly #deliver: DeliverTo;
  #recording: Recording | undefined;
  #notifications: Notification[] = [];
  #log: (line: string) => void = () => {};
  #testEvents: TestEvents | undefined;
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
    this.#testEvents = new TestEvents(context.dataFolder(FOLDER));
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
    for (const notification of this.#notifications) await this.#test(notification).catch(() => {});
  }

  async stop(): Promise<void> {
    this.#notifications = [];
  }

  #notify(event: ObjectEvent): void {
    for (const notification of this.#notifications.filter((one) => concerns(one, event))) {
      const requestId = newRequestId();
      const sequencer = (Date.now() * 1000 + this.#count++).toString(16).toUpperCase();
      const sent = this.#test(notification).then(() =>
        this.#send(notification, event, { time: new Date(), requestId, sequencer }),
      );
      sent.catch((error: Error) => {
        this.#log(`Bucket ${notification.bucket} → ${notification.target.arn}: ${error.message}`);
      });
    }
  }

  /** Once in its life, before anything else; a topic that is not there yet is told before the first object. */
  async #test(notification: Notification): Promise<void> {
    const { kind, arn } = notification.target;
    if ((kind !== "queue" && kind !== "topic") || !this.#testEvents) return;
    await this.#testEvents.once(notification, () => {
      const payload = testEvent(notification, { time: new Date(), requestId: newRequestId() });
      return this.#deliver(arn, { payload, caller: "bucket", subject: SUBJECT });
    });
  }

  async #send(notification: Notification, object: ObjectEvent, occurrence: Occurrence): Promise<void> {
    const { kind, arn } = notification.target;
    if (kind !== "bus") {
      const payload = s3Event(object, notification, occurrence);
      await this.#deliver(arn, { payload, caller: "bucket", subject: SUBJECT });
      return;
    }
    const event = busEventOf(object, occurrence);
    const bus = this.#recording ? busArn(undefined, this.#recording) : arn;
    await this.#deliver(bus, { payload: event, caller: "bucket", event });
  }
}

function newRequestId(): string {
  return randomBytes(8).toString("hex").toUpperCase();
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
