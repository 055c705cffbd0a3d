/** Whether a role may be assumed by a service: its trust policy (`assumeRolePolicy`) must say so. */

import { ACCOUNT_ID, readArn } from "../../program/reading/arn.ts";
import { textMatches } from "../../program/reading/arn-pattern.ts";
import { oncePerRecording } from "../../program/reading/once.ts";
import {
  judgedStatements,
  type PolicyReading,
  readPolicy,
  type Statement,
} from "../../program/reading/policy-document.ts";
import { addressed, ofType } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { type Assumption, assumptions, type DeclaredAssumption } from "./assumptions.ts";
import { conditionsHold, type Truth } from "./conditions.ts";

export interface TrustRefusal {
  kind: "refused" | "not judged";
  reason: string;
}

export interface DeniedAssumption extends DeclaredAssumption {
  refusal: TrustRefusal;
}

/** What the program has services assume though the role's trust policy does not let them, or though it cannot be judged. */
export const deniedAssumptions: (recording: Recording) => readonly DeniedAssumption[] = oncePerRecording(
  (recording) =>
    assumptions(recording).flatMap((assumption) => {
      const refusal = trustRefusal(recording, assumption);
      return refusal === undefined ? [] : [{ ...assumption, refusal }];
    }),
);

/** Why AWS would not let the service assume the role; undefined when it may, or the program does not declare the role. */
export function trustRefusal(recording: Recording, assumption: Assumption): TrustRefusal | undefined {
  const role = declaredRole(recording, assumption.roleArn);
  const reading = role && trustPolicies(recording).get(role);
  return reading && refusalBy(role, reading, assumption);
}

/** Of this program, by its ARN or its name. */
export function declaredRole(recording: Recording, roleArn: string): RecordedResource | undefined {
  return addressed(recording, "aws:iam/role:Role", roleArn);
}

/** Role → its trust policy, read once for all that assume the role. */
const trustPolicies = oncePerRecording(
  (recording) =>
    new Map(
      ofType(recording, "aws:iam/role:Role").map((role) => [role, readPolicy(role.inputs.assumeRolePolicy)]),
    ),
);

function refusalBy(
  { name, outputs }: RecordedResource,
  trust: PolicyReading,
  assumption: Assumption,
): TrustRefusal | undefined {
  const { service } = assumption;
  if (trust.state === "none") return undefined;
  if (trust.state === "read" && trust.faults[0] !== undefined)
    return {
      kind: "refused",
      reason: `the trust policy of its role ${name} is malformed: ${trust.faults[0]}`,
    };
  const account = readArn(text(outputs.arn))?.account ?? ACCOUNT_ID;
  const trusted =
    trust.state === "unknown" ? "unknown" : isTrusted(judgedStatements(trust), assumption, account);
  if (trusted === true) return undefined;
  return trusted === "unknown"
    ? {
        kind: "not judged",
        reason: `the local run cannot judge whether the trust policy of role ${name} lets ${service} assume it`,
      }
    : {
        kind: "refused",
        reason: `its role ${name} cannot be assumed by ${service}: add { "Effect": "Allow", "Principal": { "Service": "${service}" }, "Action": "sts:AssumeRole" } to the role's assumeRolePolicy`,
      };
}

function isTrusted(statements: readonly Statement[], assumption: Assumption, account: string): Truth {
  const truths = (effect: Statement["effect"]) =>
    statements
      .filter((statement) => statement.effect === effect)
      .map((one) => applies(one, assumption, account));
  const [denied, allowed] = [truths("Deny"), truths("Allow")];
  if (denied.includes(true)) return false;
  if (denied.includes("unknown")) return "unknown";
  return allowed.includes(true) || (allowed.includes("unknown") && "unknown");
}

/** Services that may be named by region, too: `states.eu-central-1.amazonaws.com`. */
const REGIONAL = /^(states|logs)\.[\w-]+(\.amazonaws\.com)$/;

function applies(statement: Statement, { service, sourceArns }: Assumption, account: string): Truth {
  const { actions, exceptActions, principals, conditions, unknown = [] } = statement;
  const named = actions.some((action) => textMatches(action.toLowerCase(), "sts:assumerole"));
  const isPrincipal = principals?.named.some(
    ({ kind, name }) =>
      (kind === "Service" && name.replace(REGIONAL, "$1$2") === service) || (kind === "AWS" && name === "*"),
  );
  const holds = conditionsHold(conditions, {
    ...(sourceArns === undefined
      ? {}
      : {
          "aws:sourceaccount": sourceArns.length === 0 ? [] : [account],
          "aws:sourcearn": sourceArns,
        }),
    "aws:principalservicename": [service],
    "aws:principalisawsservice": ["true"],
  });
  if (holds === false) return false;
  const isOpen = (element: string) => unknown.some((name) => name.endsWith(element) || name === "Statement");
  if (named === exceptActions && !isOpen("Action")) return false;
  if (!principals?.except === !isPrincipal && !isOpen("Principal")) return false;
  return holds === "unknown" || unknown.length > 0 ? "unknown" : true;
}
