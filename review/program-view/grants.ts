/** What a program allows and denies: one grant for each holder, action and resource of every policy in it. */
import type { RecordedResource, Value } from "../../program/recording.ts";
import { asList, canonical, readDocument } from "../diff/canonical.ts";
import { isObject, plainObject, plainObjects, textOf } from "../diff/special.ts";
import { type ProgramView, ROLE } from "./view.ts";

export interface Grant {
  holder: RecordedResource;
  holderKind: "function" | "role" | "resource";
  effect: "Allow" | "Deny";
  /** Who is let in: of policies on resources and of trust policies. */
  principal?: string;
  action: string;
  resource: string;
  /** Canonical JSON. */
  condition?: string;
}

/** Property with the policy by type, and the property that points at the resource that the policy guards. */
const GUARDING: Record<string, { policy: string; guarded: string; type: string }> = {
  "aws:s3/bucketPolicy:BucketPolicy": { policy: "policy", guarded: "bucket", type: "aws:s3/bucket:Bucket" },
  "aws:sqs/queuePolicy:QueuePolicy": { policy: "policy", guarded: "queueUrl", type: "aws:sqs/queue:Queue" },
  "aws:sns/topicPolicy:TopicPolicy": { policy: "policy", guarded: "arn", type: "aws:sns/topic:Topic" },
};

/** Resources that carry the policy that guards them. */
const GUARDED: Record<string, string> = {
  "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
  "aws:kms/key:Key": "policy",
  "aws:s3/bucket:Bucket": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sqs/queue:Queue": "policy",
  [ROLE]: "assumeRolePolicy",
};

const PERMISSION = "aws:lambda/permission:Permission";
const MANAGED = "aws:iam/policy:Policy";
const DATABASE_USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const ATTACHMENTS = [
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
];

/** Type → property whose meaning the grants tell. */
export const toldByGrants: Record<string, string> = {
  "aws:iam/rolePolicy:RolePolicy": "policy",
  [MANAGED]: "policy",
  [DATABASE_USER]: "roles",
  ...Object.fromEntries(Object.entries(GUARDING).map(([type, { policy }]) => [type, policy])),
  ...GUARDED,
};

export function grantsOf(view: ProgramView): Grant[] {
  return [...roleGrants(view), ...guardGrants(view), ...callGrants(view), ...databaseGrants(view)];
}

function* roleGrants(view: ProgramView): Generator<Grant> {
  for (const inline of view.ofType("aws:iam/rolePolicy:RolePolicy")) {
    yield* ofRole(view, view.target(inline, "role", ROLE), inline.inputs.policy);
  }
  for (const attachment of view.ofType(...ATTACHMENTS)) {
    const managed = view.target(attachment, "policyArn", MANAGED);
    const policy = managed?.inputs.policy ?? wholeManagedPolicy(attachment.inputs.policyArn);
    yield* ofRole(view, view.target(attachment, "role", ROLE), policy);
  }
  for (const role of view.ofType(ROLE)) {
    for (const arn of asList(role.inputs.managedPolicyArns))
      yield* ofRole(view, role, wholeManagedPolicy(arn));
    for (const inline of asList(role.inputs.inlinePolicies)) {
      yield* ofRole(view, role, plainObject(inline)?.policy);
    }
  }
}

/** A policy that AWS keeps stands for itself: what it allows is written nowhere in the program. */
function wholeManagedPolicy(arn: Value | undefined): Value | undefined {
  const name = textOf(arn);
  return name === undefined
    ? undefined
    : JSON.stringify({ Statement: { Effect: "Allow", Action: `all of ${name}`, Resource: "*" } });
}

function* ofRole(
  view: ProgramView,
  role: RecordedResource | undefined,
  policy: Value | undefined,
): Generator<Grant> {
  if (role === undefined) return;
  const functions = view.functionsWithRole(role);
  for (const statement of statementsOf(policy)) {
    if (functions.length === 0) yield { holder: role, holderKind: "role", ...statement };
    for (const holder of functions) yield { holder, holderKind: "function", ...statement };
  }
}

function* guardGrants(view: ProgramView): Generator<Grant> {
  for (const [type, { policy, guarded, type: guardedType }] of Object.entries(GUARDING)) {
    for (const guard of view.ofType(type)) {
      const holder = view.target(guard, guarded, guardedType) ?? guard;
      for (const statement of statementsOf(guard.inputs[policy])) {
        yield { holder, holderKind: "resource", ...statement };
      }
    }
  }
  for (const [type, policy] of Object.entries(GUARDED)) {
    for (const holder of view.ofType(type)) {
      const holderKind = type === ROLE ? "role" : "resource";
      for (const statement of statementsOf(holder.inputs[policy])) yield { holder, holderKind, ...statement };
    }
  }
}

/** Who may call a function: `aws.lambda.Permission` is a statement of the function's own policy. */
function* callGrants(view: ProgramView): Generator<Grant> {
  for (const permission of view.ofType(PERMISSION)) {
    const { principal, action, sourceArn, sourceAccount } = permission.inputs;
    const from = textOf(sourceArn) ?? textOf(sourceAccount);
    yield {
      holder: view.functionAt(permission, "function") ?? permission,
      holderKind: "resource",
      effect: "Allow",
      principal: textOf(principal) ?? "unknown",
      action: textOf(action) ?? "unknown",
      resource: "itself",
      ...(from !== undefined && { condition: JSON.stringify({ from }) }),
    };
  }
}

/** A user of an Atlas database is a function where the role of one is its name. */
function* databaseGrants(view: ProgramView): Generator<Grant> {
  for (const user of view.ofType(DATABASE_USER)) {
    const role = view.target(user, "username", ROLE);
    const functions = role === undefined ? [] : view.functionsWithRole(role);
    const holders = functions.length === 0 ? [user] : functions;
    for (const { roleName, databaseName } of asList(user.inputs.roles).flatMap(plainObjects)) {
      for (const action of actionsOfRole(String(roleName))) {
        for (const holder of holders) {
          const holderKind = functions.length === 0 ? "resource" : "function";
          yield { holder, holderKind, effect: "Allow", action, resource: `database ${String(databaseName)}` };
        }
      }
    }
  }
}

/** In parts, so that from `read` to `readWrite` only writing is new. */
function actionsOfRole(role: string): string[] {
  return role === "readWrite" ? ["mongodb:read", "mongodb:write"] : [`mongodb:${role}`];
}

type Statement = Pick<Grant, "effect" | "principal" | "action" | "resource" | "condition">;

/** A secret policy is not opened: parts of it are as secret as the whole. */
function* statementsOf(policy: Value | undefined): Generator<Statement> {
  // As text, or as the object that the provider makes a text of.
  const document = plainObject(typeof policy === "string" ? readDocument(policy)?.value : policy);
  for (const statement of asList(document?.Statement).flatMap(plainObjects)) {
    const condition = isObject(statement.Condition)
      ? { condition: canonical(statement.Condition, { type: "", path: "", inPolicy: true }) }
      : {};
    for (const principal of principalsOf(statement)) {
      for (const action of textsOf(statement, "Action")) {
        for (const resource of textsOf(statement, "Resource", "itself")) {
          yield {
            effect: statement.Effect === "Deny" ? "Deny" : "Allow",
            ...principal,
            action,
            resource,
            ...condition,
          };
        }
      }
    }
  }
}

function principalsOf(statement: Record<string, Value>): { principal?: string }[] {
  const named = statement.Principal ?? statement.NotPrincipal;
  if (named === undefined) return [{}];
  const but = statement.Principal === undefined ? "everybody but " : "";
  if (!isObject(named)) return asList(named).map((name) => ({ principal: but + anybody(String(name)) }));
  return Object.values(named).flatMap((names) =>
    asList(names).map((name) => ({ principal: but + anybody(String(name)) })),
  );
}

function anybody(principal: string): string {
  return principal === "*" ? "anybody" : principal;
}

/** `Action`, or everything but `NotAction`. */
function textsOf(statement: Record<string, Value>, key: "Action" | "Resource", none?: string): string[] {
  const texts = asList(statement[key]).map(String);
  const excepted = asList(statement[`Not${key}`]).map(String);
  if (excepted.length > 0) return [`everything but ${excepted.sort().join(", ")}`];
  return texts.length === 0 && none !== undefined ? [none] : texts;
}
