/** The rules of a recorded program that match events, and what they deliver to. */

import { readArn } from "../../program/reading/arn.ts";
import { BUS, busArn, isOff, RULE, ruleName, ruleOf, TARGET } from "../../program/reading/event-rules.ts";
import { declared } from "../../program/reading/resources.ts";
import { object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { readRetries } from "../deliveries/retries.ts";
import { inputRefusal, readTargetInput, type TargetInput } from "../deliveries/target-input.ts";
import { eventPattern } from "../patterns/dialects.ts";
import { type Matches, PatternError } from "../patterns/pattern.ts";

export interface RuleTarget {
  urn: string;
  id: string;
  arn: string;
  roleArn?: string;
  input: TargetInput;
  /** Tries after the first. */
  retries: number;
  deadLetterArn?: string;
  /** Of a FIFO queue. */
  groupId?: string;
}

export interface Rule {
  name: string;
  arn: string;
  busArn: string;
  matches: Matches;
  targets: RuleTarget[];
}

/** AWS takes no more for one rule. */
const MOST_TARGETS = 5;

/** Those with a pattern that are not off, and that AWS would take. */
export function rulesOf(recording: Recording): Rule[] {
  return declared(recording, RULE).flatMap((resource) => {
    const pattern = readPattern(resource);
    if (pattern === undefined || "fault" in pattern || isOff(resource)) return [];
    return [
      {
        name: ruleName(resource),
        arn: text(resource.outputs.arn) ?? "",
        busArn: busArn(text(resource.inputs.eventBusName), recording),
        matches: pattern.matches,
        targets: targetsOf(resource, recording)
          .map(ruleTarget)
          .filter((target) => targetRefusal(target) === undefined),
      },
    ];
  });
}

/** ARNs of the buses of the program; the default one is always there. */
export function busesOf(recording: Recording): Set<string> {
  const own = declared(recording, BUS).map(({ outputs }) => text(outputs.arn) ?? "");
  return new Set([busArn(undefined, recording), ...own]);
}

/** A sentence for each mistake that AWS would not take. */
export function ruleRefusals(recording: Recording): string[] {
  return declared(recording, RULE).flatMap((resource) => {
    const { scheduleExpression, eventBusName } = resource.inputs;
    const found: string[] = [];
    const pattern = readPattern(resource);
    if (pattern && "fault" in pattern) found.push(`Event pattern is not valid. Reason: ${pattern.fault}`);
    if (
      text(scheduleExpression) !== undefined &&
      busArn(text(eventBusName), recording) !== busArn(undefined, recording)
    )
      found.push("ScheduleExpression is supported only on the default event bus.");
    const targets = targetsOf(resource, recording).map(ruleTarget);
    if (targets.length > MOST_TARGETS)
      found.push(`it has ${targets.length} targets; AWS takes ${MOST_TARGETS} for one rule`);
    found.push(...targets.flatMap((target) => targetRefusal(target) ?? []));
    return found.map((why) => `Rule ${ruleName(resource)}: ${why}`);
  });
}

function targetsOf(rule: RecordedResource, recording: Recording): RecordedResource[] {
  return declared(recording, TARGET).filter((target) => ruleOf(target, recording) === rule);
}

export function ruleTarget({ urn, name, inputs, outputs }: RecordedResource): RuleTarget {
  const roleArn = text(inputs.roleArn);
  const deadLetterArn = text(object(inputs.deadLetterConfig).arn);
  const groupId = text(object(inputs.sqsTarget).messageGroupId);
  return {
    urn,
    id: text(outputs.targetId) ?? text(inputs.targetId) ?? name,
    arn: text(inputs.arn) ?? "",
    input: readTargetInput(inputs),
    retries: readRetries(inputs),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}

/** Targets whose own policy lets no rule in. */
const WITH_ROLE: Record<string, string> = { events: "an event bus", states: "a state machine" };

function targetRefusal({ id, arn, roleArn, input }: RuleTarget): string | undefined {
  const needsRole = WITH_ROLE[readArn(arn)?.service ?? ""];
  if (needsRole !== undefined && roleArn === undefined)
    return `RoleArn is required for target ${id}, which is ${needsRole}.`;
  return inputRefusal(input, id);
}

/** Undefined for a rule of times alone. */
function readPattern({ inputs }: RecordedResource): { matches: Matches } | { fault: string } | undefined {
  const pattern = text(inputs.eventPattern);
  if (pattern === undefined) return undefined;
  try {
    return { matches: eventPattern(pattern) };
  } catch (error) {
    if (error instanceof PatternError) return { fault: error.message };
    throw error;
  }
}
