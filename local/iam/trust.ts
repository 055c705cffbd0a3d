/** Whether a role may be assumed by a service: its trust policy (`assumeRolePolicy`) must say so. */
import { textMatches } from "../../program/reading/arn-pattern.ts";
import { readPolicy, type Statement } from "../../program/reading/policy-document.ts";
import { text } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { conditionsHold, type Truth } from "./conditions.ts";

export interface Assumption {
  /** Of the role: its ARN. */
  roleArn: string;
  /** e.g. `lambda.amazonaws.com`. */
  service: string;
  /** Of what the service assumes it for; undefined where AWS says none, as for functions. */
  sourceArn?: string;
}

export interface TrustRefusal {
  kind: "refused" | "not judged";
  reason: string;
}

/** Why AWS would not let the service assume the role; undefined when it may, or the program does not declare the role. */
export function trustRefusal(recording: Recording, assumption: Assumption): TrustRefusal | undefined {
  const { roleArn, service } = assumption;
  const role = recording.resources.find(
    ({ type, outputs, id }) =>
      type === "aws:iam/role:Role" && (text(outputs.arn) === roleArn || id === roleArn),
  );
  const reading = role && readPolicy(role.inputs.assumeRolePolicy);
  if (!role || !reading || reading.state === "none") return undefined;
  const trusted = reading.state === "unknown" ? "unknown" : isTrusted(reading.statements, assumption);
  if (trusted === true) return undefined;
  return trusted === "unknown"
    ? {
        kind: "not judged",
        reason: `the local run cannot judge whether the trust policy of role ${role.name} lets ${service} assume it`,
      }
    : {
        kind: "refused",
        reason: `its role ${role.name} cannot be assumed by ${service}: add { "Effect": "Allow", "Principal": { "Service": "${service}" }, "Action": "sts:AssumeRole" } to the role's assumeRolePolicy`,
      };
}

function isTrusted(statements: readonly Statement[], assumption: Assumption): Truth {
  const truths = (effect: Statement["effect"]) =>
    statements.filter((statement) => statement.effect === effect).map((one) => applies(one, assumption));
  const [denied, allowed] = [truths("Deny"), truths("Allow")];
  if (denied.includes(true)) return false;
  if (denied.includes("unknown")) return "unknown";
  return allowed.includes(true) || (allowed.includes("unknown") && "unknown");
}

function applies(statement: Statement, { roleArn, service, sourceArn }: Assumption): Truth {
  const { actions, exceptActions, principals, conditions, unknown = [] } = statement;
  const account = roleArn.split(":")[4] ?? "";
  const named = actions.some((action) => textMatches(action.toLowerCase(), "sts:assumerole"));
  const isPrincipal = principals?.named.some(
    ({ kind, name }) => (kind === "Service" && name === service) || (kind === "AWS" && name === "*"),
  );
  const holds = conditionsHold(conditions, {
    "aws:sourceaccount": sourceArn === undefined ? [] : [account],
    "aws:sourcearn": sourceArn === undefined ? [] : [sourceArn],
    "aws:principalservicename": [service],
    "aws:principalisawsservice": ["true"],
  });
  if (holds === false) return false;
  const isOpen = (element: string) => unknown.some((name) => name.endsWith(element) || name === "Statement");
  if (named === exceptActions && !isOpen("Action")) return false;
  if (!principals?.except === !isPrincipal && !isOpen("Principal")) return false;
  return holds === "unknown" || unknown.length > 0 ? "unknown" : true;
}

/** Functions whose role Lambda may not assume: AWS refuses to create them. */
export function untrustedFunctions(recording: Recording): { name: string; refusal: TrustRefusal }[] {
  return recording.resources.flatMap((resource) => {
    const roleArn = text(resource.inputs.role);
    if (resource.type !== "aws:lambda/function:Function" || resource.read || roleArn === undefined) return [];
    const refusal = trustRefusal(recording, { roleArn, service: "lambda.amazonaws.com" });
    return refusal === undefined ? [] : [{ name: resource.name, refusal }];
  });
}
