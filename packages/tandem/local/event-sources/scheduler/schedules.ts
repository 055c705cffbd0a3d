/** What a recorded program calls at set times: schedules of EventBridge Scheduler, and rules with a schedule. */

import { randomUUID } from "node:crypto";
import { readArn } from "../../../program/reading/arn.ts";
import { busArn, isOff, ruleOf, TARGET } from "../../../program/reading/event-rules.ts";
import { SCHEDULE } from "../../../program/reading/event-sources.ts";
import { declared } from "../../../program/reading/resources.ts";
import { object, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../../program/recording.ts";
import { type BusEvent, busEvent } from "../../deliveries/bus-event.ts";
import type { Delivery } from "../../deliveries/destinations.ts";
import { readRetries } from "../../deliveries/retries.ts";
import { inputText, type TargetInput } from "../../deliveries/target-input.ts";
import { ruleTarget } from "../../event-buses/declared.ts";

export interface Schedule {
  /** URN of the schedule or of the rule's target. */
  urn: string;
  /** Physical name, for messages. */
  name: string;
  arn: string;
  expression: string;
  timeZone: string;
  /** Milliseconds since 1970. */
  from?: number;
  until?: number;
  targetArn: string;
  /** Role in whose name the target is called; a rule calls a function by the function's own permission. */
  roleArn?: string;
  /** What the target gets of the event that AWS makes; a constant has placeholders where a schedule has it. */
  input: TargetInput;
  /** Of a FIFO queue. */
  groupId?: string;
  /** What the event says that a schedule puts on a bus. */
  onBus?: { source: string; detailType: string };
  /** Tries after the first. */
  retries: number;
  deadLetterArn?: string;
  source: "aws.scheduler" | "aws.events";
  region: string;
}

export function schedules(recording: Recording): Schedule[] {
  const own = declared(recording, SCHEDULE).filter(({ inputs }) => text(inputs.state) !== "DISABLED");
  return [
    ...own.map(schedule),
    ...declared(recording, TARGET).flatMap((target) => ruleTargetOf(target, recording)),
  ];
}

function schedule(resource: RecordedResource): Schedule {
  const { inputs, outputs } = resource;
  const target = object(inputs.target);
  const [from, until] = [time(inputs.startDate), time(inputs.endDate)];
  return {
    ...common(resource, target),
    name: text(outputs.name) ?? resource.name,
    arn: text(outputs.arn) ?? "",
    expression: text(inputs.scheduleExpression) ?? "",
    timeZone: text(inputs.scheduleExpressionTimezone) ?? "UTC",
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    source: "aws.scheduler",
    region: readArn(text(outputs.arn))?.region ?? "",
  };
}

/** Nothing for a rule without a schedule, one that is off, or one of an own bus, which AWS refuses. */
function ruleTargetOf(target: RecordedResource, recording: Recording): Schedule[] {
  const rule = ruleOf(target, recording);
  const expression = rule && text(rule.inputs.scheduleExpression);
  if (!rule || expression === undefined || isOff(rule)) return [];
  if (busArn(text(rule.inputs.eventBusName), recording) !== busArn(undefined, recording)) return [];
  const arn = text(rule.outputs.arn) ?? "";
  const { arn: targetArn, ...more } = ruleTarget(target);
  return [
    {
      ...more,
      targetArn,
      name: text(rule.outputs.name) ?? rule.name,
      arn,
      expression,
      timeZone: "UTC",
      source: "aws.events",
      region: readArn(arn)?.region ?? "",
    },
  ];
}

function common({ urn }: RecordedResource, target: Record<string, Value>) {
  const roleArn = text(target.roleArn);
  const constant = text(target.input);
  const deadLetterArn = text(object(target.deadLetterConfig).arn);
  const groupId = text(object(target.sqsParameters).messageGroupId);
  const bus = object(target.eventbridgeParameters);
  const [source, detailType] = [text(bus.source), text(bus.detailType)];
  return {
    urn,
    targetArn: text(target.arn) ?? "",
    retries: readRetries(target),
    input: constant === undefined ? {} : { constant },
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(source === undefined || detailType === undefined ? {} : { onBus: { source, detailType } }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function time(value: Value | undefined): number | undefined {
  const parsed = Date.parse(text(value) ?? "");
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** What the target gets. Throws a NoInput. */
export function deliveryOf(schedule: Schedule, at: Date, attempt: number): Delivery {
  const { targetArn, groupId } = schedule;
  const event = scheduledEvent(schedule, at);
  const text = payloadText(schedule, event, at, attempt);
  return {
    // A function is called with a value, the others get the text as it is.
    payload: targetArn.includes(":lambda:") ? parsed(text) : text,
    caller: "schedule",
    ...(groupId === undefined ? {} : { beside: { MessageGroupId: groupId } }),
    ...busDelivery(schedule, event, text),
  };
}

/** A bus gets the event of a rule, and of a schedule one with its payload for a detail. */
function busDelivery(
  { source, onBus, region }: Schedule,
  event: BusEvent,
  text: string,
): Pick<Delivery, "event"> {
  if (source === "aws.events") return { event };
  return onBus ? { event: busEvent({ ...onBus, detail: parsed(text), region }) } : {};
}

function payloadText(
  { source, input, arn, name }: Schedule,
  event: BusEvent,
  at: Date,
  attempt: number,
): string {
  if (source === "aws.events") return inputText(input, event, { ruleArn: arn, ruleName: name }, at);
  if (input.constant === undefined) return JSON.stringify({ ...event, detail: "{}" });
  return input.constant
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", event.time)
    .replaceAll("<aws.scheduler.execution-id>", randomUUID())
    .replaceAll("<aws.scheduler.attempt-number>", String(attempt));
}

function scheduledEvent({ arn, source, region }: Schedule, time: Date): BusEvent {
  return busEvent({ source, detailType: "Scheduled Event", detail: {}, region, resources: [arn], time });
}

/** Input is JSON as a rule, but may be any text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
