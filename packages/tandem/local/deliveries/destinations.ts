/** Where services of AWS deliver to: functions, queues, topics, buses, state machines and buckets of this program, by their ARN. */
import { readArn } from "../../program/reading/arn.ts";
import { operatorCredentials } from "../iam/credentials.ts";
import type { Caller, Invoker } from "../invocation.ts";
import { type MessageExtras, QueueClient } from "../queues-and-buckets/queue-client.ts";
import type { BusEvent } from "./bus-event.ts";

export interface Delivery {
  /** What a function is called with; a queue and a topic get it as JSON, a text as it is. */
  payload: unknown;
  caller: Caller;
  /** Of a message in a queue; its attributes are those of a message to a topic as well. */
  beside?: MessageExtras;
  /** Of a message to a topic. */
  subject?: string;
  /** What a bus gets: nothing else than an event can be put on one. */
  event?: BusEvent;
  /** What a bucket keeps it by: only Lambda puts its records into one. */
  key?: string;
}

export interface Reached {
  invoker: Invoker;
  /** On this machine; undefined for a queue that the program does not declare. */
  queueUrl(arn: string): string | undefined;
  publish(topicArn: string, message: string, beside: Pick<Delivery, "subject" | "beside">): Promise<void>;
  /** `isForwarded`: it comes from another bus. */
  putEvent(busArn: string, event: BusEvent, isForwarded: boolean): Promise<void>;
  /** @param input JSON text */
  startExecution(machineArn: string, input: string): void;
  putObject(bucketArn: string, key: string, body: string): Promise<void>;
}

/** For sentences. */
export const DELIVERED_TO = "functions, queues, topics, buses and state machines";

export type DeliverTo = (arn: string, delivery: Delivery) => Promise<void>;

/** Rejects with what there is no way to, and with what a destination refuses. */
export function deliverTo(reached: Reached): DeliverTo {
  const { invoker, queueUrl, publish, putEvent, startExecution, putObject } = reached;
  return async (arn, { payload, caller, beside = {}, subject, event, key }) => {
    const { service, region = "" } = readArn(arn) ?? {};
    if (service === "lambda") {
      const { status } = await invoker.invoke(arn, payload, { type: "Event", caller });
      if (status !== "ok") throw new Error(`${arn} answered: ${status}`);
      return;
    }
    if (service === "sqs") {
      const url = queueUrl(arn);
      if (url === undefined) throw new Error(`${arn} is no queue of this program: nothing is delivered`);
      return new QueueClient(url, region, operatorCredentials).send(textOf(payload), beside);
    }
    if (service === "sns")
      return publish(arn, textOf(payload), subject === undefined ? { beside } : { subject, beside });
    if (service === "events" && event) return putEvent(arn, event, caller === "rule");
    if (service === "states") return startExecution(arn, textOf(payload));
    if (service === "s3" && key !== undefined) return putObject(arn, key, textOf(payload));
    throw new Error(`${arn} cannot be delivered to here: only ${DELIVERED_TO} are`);
  };
}

/** What may be delivered to here. */
export const DELIVERABLE = /^arn:[^:]+:(lambda|sqs|sns|events|states):/;

export function textOf(payload: unknown): string {
  return typeof payload === "string" ? payload : JSON.stringify(payload);
}
