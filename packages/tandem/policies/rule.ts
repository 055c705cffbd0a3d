/** What a rule is. Rules judge a recording, so one rule serves the tests, the review of a change and the engine alike. */
import type { RecordedResource, Recording, Value } from "../program/recording.ts";
import { at, isUnknown, ofType, shownAt } from "./reading.ts";

export interface Rule {
  /** Family and what is asked for, e.g. `lambda/tracing`. Waivers and messages name it. */
  id: string;
  /** The same rule elsewhere: AWS Security Hub, cdk-nag, Checkov, Trivy. Empty where only this project asks for it. */
  standards: string[];
  /** What holds when the rule is kept. */
  title: string;
  /** What to do when it is not. */
  remedy: string;
  /** Only where losing the stack would hurt. */
  onlyInProduction?: boolean;
  /** False for what no reason excuses. */
  waivable?: boolean;
  check(recording: Recording): Finding[];
  /** Resources that keep the rule only as long as the program has no other of some kind: a waiver of one is no mistake before. */
  mayComeToBreak?(recording: Recording): RecordedResource[];
}

export interface Finding {
  urn: string;
  /** What is wrong, with the value that is. */
  message: string;
}

/** A rule's `check` that judges resources of a type one by one; the judge tells what is wrong, or nothing. */
export function each(
  type: string | readonly string[],
  judge: (resource: RecordedResource, recording: Recording) => string | undefined,
): Rule["check"] {
  return (recording) =>
    ofType(recording, ...[type].flat()).flatMap((resource) => finding(resource, judge(resource, recording)));
}

/** A rule's `check` of one property: what it may be, and what is wrong with a resource where it is something else. */
export function setting(
  types: readonly string[],
  path: string,
  fits: (value: Value | undefined, resource: RecordedResource) => boolean,
  wrong: string,
): Rule["check"] {
  return each(types, (resource) => {
    const value = at(resource, path);
    return isUnknown(value) || fits(value, resource)
      ? undefined
      : `${wrong}: ${path} is ${shownAt(resource, path)}`;
  });
}

export function finding({ urn }: RecordedResource, message: string | undefined): Finding[] {
  return message === undefined ? [] : [{ urn, message }];
}
