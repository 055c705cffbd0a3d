/** What a recorded program calls at set times: schedules of EventBridge Scheduler, and rules with a schedule. */

import { randomUUID } from "node:crypto";
import { ACCOUNT_ID, readArn } from "../../../program/reading/arn.ts";
import { addressed, declared } from "../../../program/reading/resources.ts";
import { list, number, object, opened, text } from "../../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../../program/recording.ts";

export const SCHEDULE = "aws:scheduler/schedule:Schedule";
export const RULE = "aws:cloudwatch/eventRule:EventRule";
export const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

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
  /** Text of the payload, with placeholders; undefined for the event that AWS makes. */
  input?: string;
  /** Tries after the first. */
  retries: number;
  deadLetterArn?: string;
  source: "aws.scheduler" | "aws.events";
  region: string;
}

/** As in AWS when the program does not say. */
const RETRIES = 185;

export function schedules(recording: Recording): Schedule[] {
  const own = declared(recording, SCHEDULE).filter(({ inputs }) => text(inputs.state) !== "DISABLED");
  return [
    ...own.map(schedule),
    ...declared(recording, TARGET).flatMap((target) => ruleTarget(target, recording)),
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

/** Nothing for a rule without a schedule, or one that is off. */
function ruleTarget(target: RecordedResource, recording: Recording): Schedule[] {
  const rule = addressed(recording, RULE, text(target.inputs.rule));
  const expression = rule && text(rule.inputs.scheduleExpression);
  if (!rule || expression === undefined || isOff(rule)) return [];
  const arn = text(rule.outputs.arn) ?? "";
  return [
    {
      ...common(target, target.inputs),
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
  const input = text(target.input);
  const deadLetterArn = text(object(target.deadLetterConfig).arn);
  return {
    urn,
    targetArn: text(target.arn) ?? "",
    retries: number(object(target.retryPolicy).maximumRetryAttempts) ?? RETRIES,
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(input === undefined ? {} : { input }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
}

function isOff({ inputs }: RecordedResource): boolean {
  return text(inputs.state) === "DISABLED" || opened(inputs.isEnabled) === false;
}

function time(value: Value | undefined): number | undefined {
  const parsed = Date.parse(text(value) ?? "");
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** What the target is called with. */
export function payloadOf({ arn, input, source, region }: Schedule, at: Date, attempt: number): unknown {
  const id = randomUUID();
  // AWS writes whole seconds.
  const moment = at.toISOString().replace(/\.\d+Z$/, "Z");
  if (input === undefined) {
    const detail = source === "aws.scheduler" ? "{}" : {};
    const event = { version: "0", id, "detail-type": "Scheduled Event", source, account: ACCOUNT_ID };
    return { ...event, time: moment, region, resources: [arn], detail };
  }
  const filled = input
    .replaceAll("<aws.scheduler.schedule-arn>", arn)
    .replaceAll("<aws.scheduler.scheduled-time>", moment)
    .replaceAll("<aws.scheduler.execution-id>", id)
    .replaceAll("<aws.scheduler.attempt-number>", String(attempt));
  return parsed(filled);
}

/** Input is JSON as a rule, but may be any text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What of a target this module does not bring over: then the target is not called as the program means. */
export function unsupportedInput({ inputs }: RecordedResource): string | undefined {
  if (inputs.inputTransformer !== undefined) return "inputTransformer";
  if (inputs.inputPath !== undefined) return "inputPath";
  return list(inputs.runCommandTargets).length > 0 ? "runCommandTargets" : undefined;
}
