/** What a recorded program allows each of its roles: inline, attached and managed policies, and a boundary. */

import { oncePerRecording } from "../../program/reading/once.ts";
import { attachedArns, attachedTo, attachmentTypes, ROLE } from "../../program/reading/policy-attachments.ts";
import { addressed, ofType } from "../../program/reading/resources.ts";
import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { credentialsOf, roleNameOf } from "./credentials.ts";
import { Guard, type Role } from "./guard.ts";
import { managedPolicy } from "./managed-policies.ts";
import { aboutRole, resourceStatements } from "./resource-policies.ts";
import { policyStatements, type SourcedStatement, unknownPolicy } from "./statements.ts";

const FUNCTION = "aws:lambda/function:Function";

/** Of this program; there is one in each thread that judges. */
export const guardOf: (recording: Recording) => Guard = oncePerRecording(
  (recording) => new Guard(rolesOf(recording)),
);

export const rolesOf: (recording: Recording) => readonly Role[] = oncePerRecording((recording) => {
  const policies = new Policies(recording);
  const attached = resourceStatements(recording);
  const declared = ofType(recording, ROLE).map((resource) => {
    const name = text(resource.outputs.name) ?? resource.name;
    const arn = text(resource.outputs.arn) ?? name;
    const boundary = text(resource.inputs.permissionsBoundary);
    return {
      name,
      arn,
      accessKeyId: credentialsOf(arn).accessKeyId,
      session: sessionOf(recording, arn) ?? name,
      statements: [...policies.ofRole(resource, name), ...(resource.read ? [elsewhere(name)] : [])],
      resourceStatements: aboutRole(attached, arn),
      ...(boundary === undefined ? {} : { boundary: policies.byArn(boundary) }),
    };
  });
  return [...declared, ...foreignRoles(recording, declared, attached)];
});

/** Roles of functions that the program only names: what they may do is not known here, and said so at each call. */
function foreignRoles(
  recording: Recording,
  declared: readonly Role[],
  attached: readonly SourcedStatement[],
): Role[] {
  const known = new Set(declared.map(({ arn }) => arn));
  const used = ofType(recording, FUNCTION).flatMap(({ inputs }) => text(inputs.role) ?? []);
  return [...new Set(used)]
    .filter((arn) => !known.has(arn))
    .map((arn) => {
      const name = roleNameOf(arn);
      return {
        name,
        arn,
        accessKeyId: credentialsOf(arn).accessKeyId,
        session: sessionOf(recording, arn) ?? name,
        statements: [elsewhere(name)],
        resourceStatements: aboutRole(attached, arn),
      };
    });
}

function elsewhere(name: string): SourcedStatement {
  return unknownPolicy(`role ${name}, which the program does not declare`, "Deny");
}

class Policies {
  readonly #recording: Recording;
  /** By the name of their role. */
  readonly #policies: ByRole;
  readonly #attachments: ByRole;

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#policies = byRole(this.#of("aws:iam/rolePolicy:RolePolicy"), ({ inputs }) => [inputs.role ?? null]);
    const attachments = Object.keys(attachmentTypes).flatMap((type) => this.#of(type));
    this.#attachments = byRole(attachments, (attachment) => attachedTo(attachment, ROLE));
  }

  ofRole(role: RecordedResource, name: string): SourcedStatement[] {
    const inline = list(role.inputs.inlinePolicies).map((inlined) => {
      return document(object(inlined).policy, `${role.name} ${whichInline(inlined)}`);
    });
    const separate = this.#namingRole(this.#policies, role, name).map((policy) =>
      document(policy.inputs.policy, policy.name),
    );
    const attached = this.#attachedArns(role, name).map((arn) => this.byArn(arn));
    return [...inline, ...separate, ...attached].flat();
  }

  byArn(arn: string): SourcedStatement[] {
    const own = addressed(this.#recording, "aws:iam/policy:Policy", arn);
    if (own) return document(own.inputs.policy, own.name);
    return managedPolicy(arn);
  }

  #attachedArns(role: RecordedResource, name: string): string[] {
    const attached = this.#namingRole(this.#attachments, role, name).flatMap(attachedArns);
    const arns = [...list(role.inputs.managedPolicyArns), ...attached];
    return [
      ...new Set(arns.map((arn) => text(arn) ?? "a policy whose ARN is not known before a deployment")),
    ];
  }

  #namingRole(found: ByRole, role: RecordedResource, name: string): RecordedResource[] {
    const names = new Set([name, roleNameOf(role.id ?? name)]);
    const candidates = [...names].flatMap((one) => found.get(one) ?? []);
    return candidates
      .filter(({ reference }) => isRole(reference, role, name))
      .map(({ resource }) => resource);
  }

  #of(type: string): readonly RecordedResource[] {
    return ofType(this.#recording, type);
  }
}

interface NamingRole {
  resource: RecordedResource;
  reference: Value;
}

type ByRole = ReadonlyMap<string, readonly NamingRole[]>;

/** One entry for each role that a resource names. */
function byRole(
  resources: readonly RecordedResource[],
  referencesOf: (resource: RecordedResource) => Value[],
): ByRole {
  const naming = resources.flatMap((resource) =>
    referencesOf(resource).map((reference) => ({ resource, reference })),
  );
  return Map.groupBy(naming, ({ reference }) => roleNameOf(text(reference) ?? ""));
}

/** A role is named by its name, its id or its ARN, whichever the program had at hand. */
function isRole(reference: Value | undefined, role: RecordedResource, name: string): boolean {
  const named = text(reference);
  return named !== undefined && (named === role.id || roleNameOf(named) === name);
}

/** `(inline policy write)` */
export function whichInline(inlined: Value): string {
  return `(inline policy ${text(object(inlined).name) ?? ""})`;
}

function document(policy: Value | undefined, source: string): SourcedStatement[] {
  // A document that a program leaves to a provider is in no input of it.
  return policyStatements(policy ?? { $: "unknown" }, source);
}

function sessionOf(recording: Recording, roleArn: string): string | undefined {
  const user = usersOf(recording).get(roleArn)?.[0];
  return user && (text(user.outputs.name) ?? user.name);
}

/** Role → its functions. */
const usersOf = oncePerRecording((recording) =>
  Map.groupBy(ofType(recording, FUNCTION), ({ inputs }) => text(inputs.role)),
);
