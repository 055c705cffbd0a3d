/** What a program allows and denies: one grant for each holder, action and resource of every policy in it. */

import {
  attachedArns,
  attachmentTypes,
  GROUP,
  ROLE,
  USER,
} from "../../program/reading/policy-attachments.ts";
import { readPolicy, type Statement } from "../../program/reading/policy-document.ts";
import { plainObject, plainObjects, textOf } from "../../program/reading/value.ts";
import type { RecordedResource, Value } from "../../program/recording.ts";
import { asList, canonical } from "../values/canonical.ts";
import { HIDDEN } from "../values/secrets.ts";
import type { ProgramView } from "./view.ts";

export interface Grant {
  holder: RecordedResource;
  holderKind: "function" | "role" | "user" | "group" | "policy" | "resource";
  effect: "Allow" | "Deny";
  /** Who is let in: of policies on resources and of trust policies. */
  principal?: string;
  action: string;
  resource: string;
  /** Canonical JSON. */
  condition?: string;
  /** What declares it: a policy, the attachment of one, the holder itself. */
  sources: RecordedResource[];
}

/** Policies that stand apart from what they guard: property with the policy, and the one that points at the guarded resource. */
const GUARDING: Record<string, { policy: string; guarded: string; type: string }> = {
  "aws:apigateway/restApiPolicy:RestApiPolicy": {
    policy: "policy",
    guarded: "restApiId",
    type: "aws:apigateway/restApi:RestApi",
  },
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": {
    policy: "policy",
    guarded: "eventBusName",
    type: "aws:cloudwatch/eventBus:EventBus",
  },
  "aws:dynamodb/resourcePolicy:ResourcePolicy": {
    policy: "policy",
    guarded: "resourceArn",
    type: "aws:dynamodb/table:Table",
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": {
    policy: "policy",
    guarded: "repository",
    type: "aws:ecr/repository:Repository",
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": {
    policy: "policy",
    guarded: "fileSystemId",
    type: "aws:efs/fileSystem:FileSystem",
  },
  "aws:kms/keyPolicy:KeyPolicy": { policy: "policy", guarded: "keyId", type: "aws:kms/key:Key" },
  "aws:s3/bucketPolicy:BucketPolicy": { policy: "policy", guarded: "bucket", type: "aws:s3/bucket:Bucket" },
  "aws:secretsmanager/secretPolicy:SecretPolicy": {
    policy: "policy",
    guarded: "secretArn",
    type: "aws:secretsmanager/secret:Secret",
  },
  "aws:sns/topicPolicy:TopicPolicy": { policy: "policy", guarded: "arn", type: "aws:sns/topic:Topic" },
  "aws:sqs/queuePolicy:QueuePolicy": { policy: "policy", guarded: "queueUrl", type: "aws:sqs/queue:Queue" },
};

/** Resources that carry the policy that guards them. */
const GUARDED: Record<string, string> = {
  "aws:apigateway/restApi:RestApi": "policy",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "policy",
  "aws:kms/key:Key": "policy",
  "aws:s3/bucket:Bucket": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sqs/queue:Queue": "policy",
  [ROLE]: "assumeRolePolicy",
};

/** Policies written for one role, user or group: the property that names it, and its type. */
const INLINE: Record<string, { property: string; type: string }> = {
  "aws:iam/groupPolicy:GroupPolicy": { property: "group", type: GROUP },
  "aws:iam/rolePolicy:RolePolicy": { property: "role", type: ROLE },
  "aws:iam/userPolicy:UserPolicy": { property: "user", type: USER },
};

const PERMISSION = "aws:lambda/permission:Permission";
const EVENT_PERMISSION = "aws:cloudwatch/eventPermission:EventPermission";
const MANAGED = "aws:iam/policy:Policy";
const DATABASE_USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const JWT_AUTHORIZER = "aws:apigatewayv2/authorizer:Authorizer";

const all = (types: Record<string, unknown>, ...properties: string[]) =>
  Object.fromEntries(Object.keys(types).map((type) => [type, properties]));

/** Type → properties whose meaning the grants tell. */
export const propertiesOfGrants: Record<string, string[]> = {
  ...all(INLINE, "policy"),
  ...Object.fromEntries(Object.entries(attachmentTypes).map(([type, { policies }]) => [type, [policies]])),
  ...all(GUARDING, "policy"),
  ...all(GUARDED, "policy"),
  [MANAGED]: ["policy"],
  [DATABASE_USER]: ["roles"],
  [PERMISSION]: ["action", "principal", "sourceAccount", "sourceArn"],
  [EVENT_PERMISSION]: ["action", "principal"],
  [JWT_AUTHORIZER]: ["jwtConfiguration"],
  [USER]: ["permissionsBoundary"],
  [ROLE]: ["assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "permissionsBoundary"],
};

export function grantsOf(view: ProgramView): Grant[] {
  return [
    ...identityGrants(view),
    ...unattachedGrants(view),
    ...boundaryGrants(view),
    ...guardGrants(view),
    ...callGrants(view),
    ...tokenGrants(view),
    ...databaseGrants(view),
  ];
}

function* identityGrants(view: ProgramView): Generator<Grant> {
  for (const inline of view.ofType(...Object.keys(INLINE))) {
    const { property, type } = INLINE[inline.type] ?? { property: "role", type: ROLE };
    yield* ofIdentity(view, view.target(inline, property, type), inline.inputs.policy, [inline]);
  }
  for (const attachment of view.ofType(...Object.keys(attachmentTypes))) {
    const { policies, holders } = attachmentTypes[attachment.type] ?? { policies: "", holders: [] };
    const managed = view.targets(attachment, policies, MANAGED);
    const attached: [Value | undefined, RecordedResource[]][] = [
      ...managed.map((one): [Value | undefined, RecordedResource[]] => [
        one.inputs.policy,
        [attachment, one],
      ]),
      ...attachedArns(attachment)
        .filter((arn) => view.at(arn, MANAGED) === undefined)
        .map((arn): [Value | undefined, RecordedResource[]] => [wholeManagedPolicy(arn), [attachment]]),
    ];
    for (const { property, type } of holders) {
      for (const identity of view.targets(attachment, property, type)) {
        for (const [policy, sources] of attached) yield* ofIdentity(view, identity, policy, sources);
      }
    }
  }
  for (const role of view.ofType(ROLE)) {
    for (const arn of asList(role.inputs.managedPolicyArns)) {
      const managed = view.at(arn, MANAGED);
      const policy = managed?.inputs.policy ?? wholeManagedPolicy(arn);
      yield* ofIdentity(view, role, policy, managed === undefined ? [role] : [role, managed]);
    }
    for (const inline of asList(role.inputs.inlinePolicies)) {
      yield* ofIdentity(view, role, plainObject(inline)?.policy, [role]);
    }
  }
}

/** A policy that this program attaches to nobody: others may, so what it allows is told of itself. */
function* unattachedGrants(view: ProgramView): Generator<Grant> {
  const attached = view
    .ofType(...Object.keys(attachmentTypes))
    .flatMap((attachment) =>
      view.targets(attachment, attachmentTypes[attachment.type]?.policies ?? "", MANAGED),
    );
  const named = view
    .ofType(ROLE)
    .flatMap(({ inputs }) => asList(inputs.managedPolicyArns).flatMap((arn) => view.at(arn, MANAGED) ?? []));
  const used = new Set([...attached, ...named]);
  for (const holder of view.ofType(MANAGED)) {
    if (used.has(holder)) continue;
    for (const statement of statementsOf(holder.inputs.policy)) {
      yield { holder, holderKind: "policy", ...statement, sources: [holder] };
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

function* ofIdentity(
  view: ProgramView,
  identity: RecordedResource | undefined,
  policy: Value | undefined,
  sources: RecordedResource[],
): Generator<Grant> {
  if (identity === undefined) return;
  const holders = holdersOf(view, identity);
  for (const statement of statementsOf(policy)) {
    for (const holder of holders) yield { ...holder, ...statement, sources };
  }
}

/** The functions that take a role on; else the role, user or group itself. */
function holdersOf(view: ProgramView, identity: RecordedResource): Pick<Grant, "holder" | "holderKind">[] {
  const functions = identity.type === ROLE ? view.functionsWithRole(identity) : [];
  if (functions.length > 0) return functions.map((holder) => ({ holder, holderKind: "function" }));
  const holderKind = identity.type === ROLE ? "role" : identity.type === USER ? "user" : "group";
  return [{ holder: identity, holderKind }];
}

/** A boundary denies whatever it does not allow: without it, a role may more. */
function* boundaryGrants(view: ProgramView): Generator<Grant> {
  for (const identity of view.ofType(ROLE, USER)) {
    const boundary = textOf(identity.inputs.permissionsBoundary);
    if (boundary === undefined) continue;
    for (const holder of holdersOf(view, identity)) {
      yield {
        ...holder,
        effect: "Deny",
        action: `everything beyond the boundary ${boundary}`,
        resource: "*",
        sources: [identity],
      };
    }
  }
}

function* guardGrants(view: ProgramView): Generator<Grant> {
  for (const [type, { policy, guarded, type: guardedType }] of Object.entries(GUARDING)) {
    for (const guard of view.ofType(type)) {
      const holder = view.target(guard, guarded, guardedType) ?? guard;
      for (const statement of statementsOf(guard.inputs[policy])) {
        yield { holder, holderKind: "resource", ...statement, sources: [guard] };
      }
    }
  }
  for (const [type, policy] of Object.entries(GUARDED)) {
    for (const holder of view.ofType(type)) {
      const holderKind = type === ROLE ? "role" : "resource";
      for (const statement of statementsOf(holder.inputs[policy])) {
        yield { holder, holderKind, ...statement, sources: [holder] };
      }
    }
  }
}

/** Who may call a function, or send to a bus: each is a statement of the resource's own policy. */
function* callGrants(view: ProgramView): Generator<Grant> {
  for (const permission of view.ofType(PERMISSION)) {
    const { principal, action, sourceArn, sourceAccount } = permission.inputs;
    const from = textOf(sourceArn) ?? textOf(sourceAccount);
    yield {
      holder: view.functionAt(permission, "function") ?? permission,
      holderKind: "resource",
      effect: "Allow",
      principal: anybody(textOf(principal) ?? "unknown"),
      action: textOf(action) ?? "unknown",
      resource: "itself",
      ...(from !== undefined && { condition: JSON.stringify({ from }) }),
      sources: [permission],
    };
  }
  for (const permission of view.ofType(EVENT_PERMISSION)) {
    const { principal, action, condition } = permission.inputs;
    yield {
      holder: view.target(permission, "eventBusName", "aws:cloudwatch/eventBus:EventBus") ?? permission,
      holderKind: "resource",
      effect: "Allow",
      principal: anybody(textOf(principal) ?? "unknown"),
      action: textOf(action) ?? "events:PutEvents",
      resource: "itself",
      ...(condition !== undefined && { condition: canonical(condition, { type: "", path: "" }) }),
      sources: [permission],
    };
  }
}

/** Whose tokens open the guarded routes of an API. */
function* tokenGrants(view: ProgramView): Generator<Grant> {
  for (const authorizer of view.ofType(JWT_AUTHORIZER)) {
    const jwt = plainObject(authorizer.inputs.jwtConfiguration);
    const issuer = textOf(jwt?.issuer);
    if (issuer === undefined) continue;
    const audiences = asList(jwt?.audiences).map(
      (audience) => ` for ${textOf(audience) ?? "an unknown audience"}`,
    );
    for (const audience of audiences.length === 0 ? [" for any audience"] : audiences) {
      yield {
        holder: view.target(authorizer, "apiId", "aws:apigatewayv2/api:Api") ?? authorizer,
        holderKind: "resource",
        effect: "Allow",
        principal: `whoever has a token of ${issuer}${audience}`,
        action: "execute-api:Invoke",
        resource: "its guarded routes",
        sources: [authorizer],
      };
    }
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
          const resource = `database ${String(databaseName)}`;
          yield { holder, holderKind, effect: "Allow", action, resource, sources: [user] };
        }
      }
    }
  }
}

/** In parts, so that from `read` to `readWrite` only writing is new. */
function actionsOfRole(role: string): string[] {
  return role === "readWrite" ? ["mongodb:read", "mongodb:write"] : [`mongodb:${role}`];
}

type Terms = Pick<Grant, "effect" | "principal" | "action" | "resource" | "condition">;

/** A secret policy is not opened: parts of it are as secret as the whole. */
function* statementsOf(policy: Value | undefined): Generator<Terms> {
  const reading = readPolicy(policy, { secretAs: HIDDEN });
  if (reading.state !== "read") return;
  for (const statement of reading.statements) {
    const condition = conditionOf(statement);
    for (const principal of principalsOf(statement)) {
      for (const action of valuesOf(statement, "Action")) {
        for (const resource of valuesOf(statement, "Resource")) {
          yield { effect: statement.effect, ...principal, action, resource, ...condition };
        }
      }
    }
  }
}

function conditionOf({ conditions }: Statement): { condition?: string } {
  if (conditions.length === 0) return {};
  const block: Record<string, Record<string, Value>> = {};
  for (const { operator, key, values, unknown } of conditions) {
    block[operator] = { ...block[operator], [key]: [...values, ...(unknown ? [UNKNOWN] : [])] };
  }
  return { condition: canonical(block, { type: "", path: "", inPolicy: true }) };
}

const UNKNOWN = "what is not known yet";

function principalsOf({ principals, unknown = [] }: Statement): { principal?: string }[] {
  if (!principals) return [{}];
  const but = principals.except ? "everybody but " : "";
  const open = unknown.some((element) => /Principal/.test(element)) ? [{ principal: but + UNKNOWN }] : [];
  return [...principals.named.map(({ name }) => ({ principal: but + anybody(name) })), ...open];
}

function anybody(principal: string): string {
  return principal === "*" ? "anybody" : principal;
}

/** `Action`, or everything but `NotAction`; the resource of a policy that names none is the one it stands at. */
function valuesOf(statement: Statement, element: "Action" | "Resource"): string[] {
  const [named, except] =
    element === "Action"
      ? [statement.actions, statement.exceptActions]
      : [statement.resources, statement.exceptResources];
  const open = statement.unknown?.some((name) => ["Statement", element, `Not${element}`].includes(name));
  const texts = open ? [...named, UNKNOWN] : named;
  if (except) return [`everything but ${texts.toSorted().join(", ")}`];
  return texts.length === 0 && element === "Resource" ? ["itself"] : texts;
}
