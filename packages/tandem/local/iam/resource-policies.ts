/**
 * Policies of buckets, queues, topics, buses, tables and functions. Within one account an Allow there is worth as much as one of the role's own
 * policy, and a Deny there is final.
 */

import { readArn } from "../../program/reading/arn.ts";
import { busArn } from "../../program/reading/event-rules.ts";
import { parseFunctionReference } from "../../program/reading/function-reference.ts";
import type { Condition, Principal } from "../../program/reading/policy-document.ts";
import { addressed } from "../../program/reading/resources.ts";
import { text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { roleNameOf } from "./credentials.ts";
import { isUnknown, policyStatements, type SourcedStatement } from "./statements.ts";

type Find = (resource: RecordedResource, recording: Recording) => string | undefined;

const outputArn: Find = ({ outputs }) => text(outputs.arn);

/** Types that carry a policy → ARN of what it is attached to. */
const ATTACHED: Record<string, Find> = {
  "aws:s3/bucket:Bucket": outputArn,
  "aws:s3/bucketV2:BucketV2": outputArn,
  "aws:s3/bucketPolicy:BucketPolicy": ({ inputs }) => `arn:aws:s3:::${text(inputs.bucket) ?? ""}`,
  "aws:sqs/queue:Queue": outputArn,
  "aws:sqs/queuePolicy:QueuePolicy": ({ inputs }, recording) => queueArn(text(inputs.queueUrl), recording),
  "aws:sns/topic:Topic": outputArn,
  "aws:sns/topicPolicy:TopicPolicy": ({ inputs }) => text(inputs.arn),
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": ({ inputs }, recording) =>
    busArn(text(inputs.eventBusName), recording),
  "aws:dynamodb/resourcePolicy:ResourcePolicy": ({ inputs }) => text(inputs.resourceArn),
};

/** Types whose `policy` is that of a resource. */
export const withResourcePolicy: ReadonlySet<string> = new Set(Object.keys(ATTACHED));

const PERMISSION = "aws:lambda/permission:Permission";

export function resourceStatements(recording: Recording): SourcedStatement[] {
  return recording.resources.flatMap((resource) => {
    if (resource.type === PERMISSION) return permissionStatement(resource, recording);
    const find = ATTACHED[resource.type];
    const { policy } = resource.inputs;
    if (!find || policy === undefined || policy === null) return [];
    const statements = policyStatements(policy, resource.name);
    const arn = find(resource, recording);
    // What it guards is not known: it may be anything that is called.
    return arn === undefined
      ? statements.map((statement) => ({ ...statement, unknown: [...(statement.unknown ?? []), "Resource"] }))
      : statements.map((statement) => boundTo(arn, statement));
  });
}

/** What a permission of a function says beside its action, and the condition that Lambda makes of it. */
const OF_CALLER: [input: string, operator: string, key: string][] = [
  ["sourceArn", "ArnLike", "aws:SourceArn"],
  ["sourceAccount", "StringEquals", "aws:SourceAccount"],
  ["principalOrgId", "StringEquals", "aws:PrincipalOrgID"],
  ["eventSourceToken", "StringEquals", "lambda:EventSourceToken"],
  ["functionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"],
  ["invokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"],
];

/** Lambda keeps the policy of a function in permissions, one statement each. */
function permissionStatement(resource: RecordedResource, recording: Recording): SourcedStatement[] {
  const { inputs, name: source } = resource;
  const { name, qualifier } = parseFunctionReference(text(inputs.function) ?? "");
  const called = addressed(recording, "aws:lambda/function:Function", name);
  const arn = called && text(called.outputs.arn);
  const principal = text(inputs.principal);
  const action = text(inputs.action);
  if (arn === undefined || principal === undefined || action === undefined) return [];
  const by = text(inputs.qualifier) ?? qualifier;
  return [
    {
      effect: "Allow",
      actions: [action],
      exceptActions: false,
      resources: [by === undefined ? arn : `${arn}:${by}`],
      exceptResources: false,
      conditions: OF_CALLER.flatMap(([input, operator, key]): Condition[] => {
        const { [input]: value } = inputs;
        if (value === undefined || value === null) return [];
        const known = text(value);
        return [
          { operator, key, ...(known === undefined ? { values: [], unknown: true } : { values: [known] }) },
        ];
      }),
      principals: {
        except: false,
        named: [{ kind: principal.endsWith(".amazonaws.com") ? "Service" : "AWS", name: principal }],
      },
      source,
    },
  ];
}

/** `*` in the policy of a resource is that resource, not every one. */
function boundTo(arn: string, statement: SourcedStatement): SourcedStatement {
  const all = arn.startsWith("arn:aws:s3:") ? [arn, `${arn}/*`] : [arn];
  // Of a policy that is not known, that much is.
  if (isUnknown(statement)) return { ...statement, resources: all, unknown: ["Action", "Effect"] };
  return {
    ...statement,
    resources: statement.resources.flatMap((resource) => (resource === "*" ? all : [resource])),
  };
}

export function aboutRole(statements: readonly SourcedStatement[], roleArn: string): SourcedStatement[] {
  return statements.flatMap((statement) => {
    const about = isAbout(statement, roleArn);
    if (about === false) return [];
    if (about === true) return [statement];
    return [{ ...statement, unknown: [...(statement.unknown ?? []), about] }];
  });
}

/** Whether a statement is about a role; what cannot be told is given as the name of its element. */
function isAbout({ principals, effect, unknown = [] }: SourcedStatement, roleArn: string): boolean | string {
  // Of a statement that is not known, whom it is about is not known either.
  if (!principals) return unknown.length > 0 && "Principal";
  // Whom a NotPrincipal leaves out depends on the session too, which is made up here: not judged.
  if (principals.except) return "NotPrincipal";
  const kinds = principals.named.map((principal) => isRole(principal, roleArn, effect));
  if (kinds.includes(true)) return true;
  if (unknown.includes("Principal")) return "Principal";
  return kinds.find((kind) => typeof kind === "string") ?? false;
}

/** An account as a principal denies all its roles, but allows none: it leaves that to their own policies. */
function isRole(
  { kind, name }: Principal,
  roleArn: string,
  effect: SourcedStatement["effect"],
): boolean | string {
  // Services, federated users and canonical ids are no roles; `{"Service": "*"}` is not everybody.
  if (kind !== "AWS") return false;
  if (name === "*" || name === roleArn) return true;
  const account = readArn(roleArn)?.account ?? "";
  if (name === account || name === `arn:aws:iam::${account}:root`) return effect === "Deny";
  return (isSessionOf(name, roleArn) || ROLE_ID.test(name)) && `Principal ${name}`;
}

/** IAM gives every role an id of its own, which is not known before a deployment: it may be this one's. */
const ROLE_ID = /^AROA[A-Z0-9]+$/;

/** `arn:aws:sts::…:assumed-role/role/session`: the session's name is made up here, so it may be the one that is meant. */
function isSessionOf(principal: string, roleArn: string): boolean {
  const session = readArn(principal);
  const [kind, role] = session?.resource.split("/") ?? [];
  return (
    session?.service === "sts" &&
    session.account === readArn(roleArn)?.account &&
    kind === "assumed-role" &&
    role === roleNameOf(roleArn)
  );
}

function queueArn(queueUrl: string | undefined, recording: Recording): string | undefined {
  return text(addressed(recording, "aws:sqs/queue:Queue", queueUrl)?.outputs.arn);
}
