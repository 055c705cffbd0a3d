/** The state machines of a recorded program. */
import { declared } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { type Definition, mistakesIn, readDefinition, unknownPart } from "./language/definition.ts";
import { isKnownTask } from "./task-resources.ts";

export const STATE_MACHINE = "aws:sfn/stateMachine:StateMachine";

const EXPRESS_SECONDS = 300;
const NO_DEFINITION = "its definition is no JSON of Amazon States Language";

export interface StateMachine {
  arn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  roleArn: string;
  definition: Definition;
  /** As it was written. */
  text: string;
}

export function stateMachines(recording: Recording): StateMachine[] {
  return declared(recording, STATE_MACHINE).flatMap(({ inputs, outputs, name }) => {
    const written = text(inputs.definition) ?? "";
    const definition = readDefinition(written);
    if (!definition || unknownPart(definition, isKnownTask) !== undefined) return [];
    return [
      {
        arn: text(outputs.arn) ?? "",
        name: text(outputs.name) ?? name,
        type: text(inputs.type) === "EXPRESS" ? "EXPRESS" : "STANDARD",
        roleArn: text(inputs.roleArn) ?? "",
        definition,
        text: written,
      },
    ];
  });
}

/** Why the local run does not run it; undefined where it does. */
export function whyNotRun({ inputs }: RecordedResource): string | undefined {
  const definition = readDefinition(text(inputs.definition) ?? "");
  return definition ? unknownPart(definition, isKnownTask) : NO_DEFINITION;
}

/** A sentence for each mistake that AWS would not take. */
export function machineRefusals(recording: Recording): string[] {
  return declared(recording, STATE_MACHINE).flatMap(({ name, inputs }) => {
    const definition = readDefinition(text(inputs.definition) ?? "");
    const mistakes = definition ? mistakesIn(definition) : [NO_DEFINITION];
    return mistakes.map((why) => `State machine ${name}: ${why}`);
  });
}

/** An express one has five minutes, whatever it says. */
export function secondsAtMost({
  type,
  definition,
}: Pick<StateMachine, "type" | "definition">): number | undefined {
  const { TimeoutSeconds: own } = definition;
  const seconds = typeof own === "number" ? own : undefined;
  return type === "EXPRESS" ? Math.min(EXPRESS_SECONDS, seconds ?? EXPRESS_SECONDS) : seconds;
}
