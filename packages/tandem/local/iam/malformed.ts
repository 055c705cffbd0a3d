/** Which policies of a program IAM would refuse. Calls are judged as if they were not there. */

import { ROLE } from "../../program/reading/policy-attachments.ts";
import { readPolicy } from "../../program/reading/policy-document.ts";
import { readTypeToken } from "../../program/reading/type-token.ts";
import { list, object } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { whichInline } from "./policies.ts";
import { withResourcePolicy } from "./resource-policies.ts";
import { policyFault, shownFault } from "./statements.ts";

/** Types with a document in `policy`. The policy of a secret is judged at no call, and refused as any other. */
const WITH_POLICY: ReadonlySet<string> = new Set([
  ...withResourcePolicy,
  "aws:iam/policy:Policy",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:secretsmanager/secretPolicy:SecretPolicy",
]);

/** A sentence a policy, e.g. `The policy of RolePolicy reads is malformed: statement 1: …`. */
export function malformedPolicies({ resources }: Recording): string[] {
  return resources
    .filter(({ read }) => !read)
    .flatMap((resource) => (resource.type === ROLE ? ofRole(resource) : ofPolicy(resource)));
}

function ofRole(role: RecordedResource): string[] {
  const { assumeRolePolicy, inlinePolicies } = role.inputs;
  return [
    ...trustFault(role, assumeRolePolicy),
    ...list(inlinePolicies).flatMap((inlined) =>
      fault(`${shown(role)} ${whichInline(inlined)}`, object(inlined).policy),
    ),
  ];
}

/** It has no Resource, as every other has. */
function trustFault(role: RecordedResource, document: Value | undefined): string[] {
  const trust = readPolicy(document);
  const found = trust.state === "read" ? shownFault(trust.faults, document) : undefined;
  return found === undefined ? [] : [`The trust policy of ${shown(role)} is ${found}.`];
}

function ofPolicy(resource: RecordedResource): string[] {
  return WITH_POLICY.has(resource.type) ? fault(shown(resource), resource.inputs.policy) : [];
}

function fault(of: string, document: Value | undefined): string[] {
  if (document === undefined || document === null) return [];
  const found = policyFault(document);
  return found === undefined ? [] : [`The policy of ${of} is ${found}.`];
}

function shown({ type, name }: RecordedResource): string {
  return `${readTypeToken(type).name} ${name}`;
}
