/** What a service of AWS does in the name of a role that it assumes, e.g. a schedule calling its function. */
import { readArn } from "../../program/reading/arn.ts";
import type { Recording } from "../../program/recording.ts";
import type { Assumption } from "./assumptions.ts";
import type { Guard } from "./guard.ts";
import { declaredRole, trustRefusal } from "./trust.ts";

export interface RoleCall extends Assumption {
  /** e.g. `lambda:InvokeFunction`. */
  action: string;
  /** ARN of what is called. */
  resource: string;
}

/** Why the call would be refused, or cannot be judged; undefined when it is allowed. */
export function roleCallRefusal(recording: Recording, guard: Guard, call: RoleCall): string | undefined {
  const { roleArn, action, resource } = call;
  const deniedAssumption = trustRefusal(recording, call);
  if (deniedAssumption) return `${deniedAssumption.reason}.`;
  if (!declaredRole(recording, roleArn))
    return `the program does not declare the role ${roleArn}, so the local run cannot judge whether it may ${action} on ${resource}.`;
  const refusal = guard.refusalForRole(roleArn, { action, resource, context: {} });
  return refusal && `${refusal.message}. ${refusal.hint}`;
}

const DELIVERY: Record<string, string> = {
  lambda: "lambda:InvokeFunction",
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  events: "events:PutEvents",
  states: "states:StartExecution",
};

/** What it takes to deliver to a function, a queue, a topic, a bus or a state machine; undefined for anything else. */
export function actionOn(arn: string): string | undefined {
  return DELIVERY[readArn(arn)?.service ?? ""];
}

/** Lambda tells a destination what became of an event in the name of the function's own role. */
export function deliveryRefusal(guard: Guard, roleArn: string, destinationArn: string): string | undefined {
  for (const call of callsOfDelivery(destinationArn)) {
    const refusal = guard.refusalForRole(roleArn, { ...call, context: {} });
    if (refusal) return `${refusal.message}. ${refusal.hint}`;
  }
  return undefined;
}

/** Of a bucket Lambda wants all of its keys, and its list. */
function callsOfDelivery(arn: string): { action: string; resource: string }[] {
  if (readArn(arn)?.service === "s3")
    return [
      { action: "s3:PutObject", resource: `${arn}/*` },
      { action: "s3:ListBucket", resource: arn },
    ];
  const action = actionOn(arn);
  return action === undefined ? [] : [{ action, resource: arn }];
}
