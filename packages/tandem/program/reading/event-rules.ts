/** Rules of EventBridge as a program declares them: which bus a name means, and which rule a target belongs to. */
import type { RecordedResource, Recording } from "../recording.ts";
import { ACCOUNT_ID } from "./arn.ts";
import { regionOf } from "./region.ts";
import { addressed, declared } from "./resources.ts";
import { opened, text } from "./value.ts";

export const BUS = "aws:cloudwatch/eventBus:EventBus";
export const RULE = "aws:cloudwatch/eventRule:EventRule";
export const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** Of a bus by its name; the default one is in no program. */
export function busArn(name: string | undefined, recording: Recording): string {
  if (name?.startsWith("arn:")) return name;
  const bus = addressed(recording, BUS, name);
  return (
    text(bus?.outputs.arn) ??
    `arn:aws:events:${regionOf(recording)}:${ACCOUNT_ID}:event-bus/${name ?? "default"}`
  );
}

/** The rule of a target. Two buses may have rules of one name. */
export function ruleOf({ inputs }: RecordedResource, recording: Recording): RecordedResource | undefined {
  const named = text(inputs.rule);
  const bus = busArn(text(inputs.eventBusName), recording);
  return declared(recording, RULE).find(
    (rule) =>
      [ruleName(rule), rule.id].includes(named) && busArn(text(rule.inputs.eventBusName), recording) === bus,
  );
}

export function ruleName({ name, outputs }: RecordedResource): string {
  return text(outputs.name) ?? name;
}

export function isOff({ inputs }: RecordedResource): boolean {
  return text(inputs.state) === "DISABLED" || opened(inputs.isEnabled) === false;
}
