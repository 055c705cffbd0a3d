/** Whether a role may be assumed by a service: its trust policy (`assumeRolePolicy`) must say so. */
import { textMatches } from "../../program/reading/arn-pattern.ts";
import { judgedStatements, readPolicy, type Statement } from "../../program/reading/policy-document.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { type Assumption, assumptions, type DeclaredAssumption } from "./assumptions.ts";
import { conditionsHold, type Truth } from "./conditions.ts";
import { ACCOUNT_ID } from "./credentials.ts";

export interface TrustRefusal {
  kind: "refused" | "not judged";
  reason: string;
}

export interface Distrust extends DeclaredAssumption {
  refusal: TrustRefusal;
}

/** What the program has services assume though the role's trust policy does not let them, or though it cannot be judged. */
export function distrusts(recording: Recording): Distrust[] {
  return assumptions(recording).flatMap((assumption) => {
    const refusal = trustRefusal(recording, assumption);
    return refusal === undefined ? [] : [{ ...assumption, refusal }];
  });
}

/** Why AWS would not let the service assume the role; undefined when it may, or the program does not declare the role. */
export function trustRefusal(recording: Recording, assumption: Assumption): TrustRefusal | undefined {
  const { roleArn, service } = assumption;
  const role = declaredRole(recording, roleArn);
  const reading = role && readPolicy(role.inputs.assumeRolePolicy);
  if (!role || !reading || reading.state === "none") return undefined;
  if (reading.state === "read" && reading.faults[0] !== undefined)
    return {
      kind: "refused",
      reason: `the trust policy of its role ${role.name} is malformed: ${reading.faults[0]}`,
    };
  const account = text(role.outputs.arn)?.split(":")[4] ?? ACCOUNT_ID;
  const trusted =
    reading.state === "unknown" ? "unknown" : isTrusted(judgedStatements(reading), assumption, account);
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

/** Of this program, by its ARN or its name. */
export function declaredRole(recording: Recording, roleArn: string): RecordedResource | undefined {
  return recording.resources.find(
    ({ type, outputs, id }) =>
      type === "aws:iam/role:Role" && [text(outputs.arn), text(outputs.name), id].includes(roleArn),
  );
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
