/**
 * What a service of AWS may do in its own name, e.g. a topic sending to a queue: the policy of what it calls must name the service, as
 * a principal or as everybody.
 */
import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import { oncePerRecording } from "../../program/reading/once.ts";
import { declared } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import type { Assumption } from "./assumptions.ts";
import type { Context } from "./conditions.ts";
import { evaluate } from "./evaluate.ts";
import type { Guard } from "./guard.ts";
import { invocationRefusal } from "./invocation-permission.ts";
import { resourceStatements } from "./resource-policies.ts";
import { actionOn, roleCallRefusal } from "./role-calls.ts";
import type { SourcedStatement } from "./statements.ts";

/** Whose alarms tell topics. */
export const CLOUDWATCH = "cloudwatch.amazonaws.com";

export interface ServiceDelivery {
  /** e.g. `sns.amazonaws.com`. */
  principal: string;
  /** Of the topic or the rule that delivers. */
  sourceArn: string;
  /** Of the function, queue, topic or bus that it is delivered to. */
  targetArn: string;
}

/** Why it would be refused, with what to add; undefined when it is allowed, or nothing here knows such a target. */
export function serviceRefusal(recording: Recording, delivery: ServiceDelivery): string | undefined {
  const { principal, sourceArn, targetArn } = delivery;
  const action = actionOn(targetArn);
  if (action === undefined) return undefined;
  if (action === "lambda:InvokeFunction")
    return invocationRefusal(recording, { functionName: targetArn, principal, sourceArn });
  const verdict = evaluate(aboutService(recording, principal), {
    action,
    resource: targetArn,
    context: serviceContext(principal, sourceArn),
  });
  if (verdict.kind === "allowed" || isAlarmOfOwner(recording, delivery)) return undefined;
  const start = `${principal} may not ${action} on ${targetArn}`;
  if (verdict.kind === "explicitly denied") return `${start}: ${verdict.by.source} denies it`;
  if (verdict.kind === "not judged")
    return `the local run cannot judge whether ${principal} may ${action} on ${targetArn}: a statement of ${verdict.because.source} says more than is known here`;
  const statement = {
    Effect: "Allow",
    Principal: { Service: principal },
    Action: action,
    Resource: targetArn,
    Condition: { ArnEquals: { "aws:SourceArn": sourceArn } },
  };
  return `${start}: add to its policy ${JSON.stringify(statement)}`;
}

/** What is known of a call that a service makes for one of its resources. */
export function serviceContext(principal: string, sourceArn: string): Context {
  const account = readArn(sourceArn)?.account || ACCOUNT_ID;
  return {
    "aws:sourcearn": [sourceArn],
    "aws:sourceaccount": [account],
    "aws:sourceowner": [account],
    "aws:principalisawsservice": ["true"],
    "aws:principalservicename": [principal],
    // In the cloud it goes over TLS.
    "aws:securetransport": ["true"],
  };
}

/** The policy that a topic has where the program gives it none lets the alarms of its own account publish, and no other service. */
function isAlarmOfOwner(recording: Recording, { principal, targetArn }: ServiceDelivery): boolean {
  if (principal !== CLOUDWATCH) return false;
  const policies = declared(recording, "aws:sns/topicPolicy:TopicPolicy");
  const topics = declared(recording, "aws:sns/topic:Topic");
  return (
    topics.some(({ inputs, outputs }) => text(outputs.arn) === targetArn && inputs.policy === undefined) &&
    !policies.some(({ inputs }) => text(inputs.arn) === targetArn)
  );
}

/** By the role where the delivery has one, else by the policy of the target. */
export function deliveringRefusal(
  recording: Recording,
  guard: Guard,
  delivery: ServiceDelivery,
  assumption: Assumption | undefined,
): string | undefined {
  const action = actionOn(delivery.targetArn);
  return assumption && action !== undefined
    ? roleCallRefusal(recording, guard, { ...assumption, action, resource: delivery.targetArn })
    : serviceRefusal(recording, delivery);
}

const everyStatement = oncePerRecording(resourceStatements);

/** Statements of resources about a service; where that cannot be told, ones that leave it open. */
export function aboutService(recording: Recording, principal: string): SourcedStatement[] {
  return everyStatement(recording).flatMap((statement) => {
    const { principals, unknown = [] } = statement;
    if (!principals || principals.except)
      return unknown.length > 0 || principals?.except
        ? [{ ...statement, unknown: [...unknown, "Principal"] }]
        : [];
    const isNamed = principals.named.some(
      ({ kind, name }) => (kind === "Service" && name === principal) || (kind === "AWS" && name === "*"),
    );
    if (isNamed) return [statement];
    return unknown.includes("Principal") ? [statement] : [];
  });
}
