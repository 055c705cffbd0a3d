/**
 * Policies of buckets, queues and tables. Within one account an Allow there is worth as much as one of the role's own
 * policy, and a Deny there is final.
 */

import { opened, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording } from "../../program/recording.ts";
import { parsePolicy, type Statement } from "./statements.ts";

type Find = (resource: RecordedResource, recording: Recording) => string | undefined;

const outputArn: Find = ({ outputs }) => text(outputs.arn);

/** Types that carry a policy → ARN of what it is attached to. */
const ATTACHED: Record<string, Find> = {
  "aws:s3/bucket:Bucket": outputArn,
  "aws:s3/bucketV2:BucketV2": outputArn,
  "aws:s3/bucketPolicy:BucketPolicy": ({ inputs }) => `arn:aws:s3:::${text(inputs.bucket) ?? ""}`,
  "aws:sqs/queue:Queue": outputArn,
  "aws:sqs/queuePolicy:QueuePolicy": ({ inputs }, recording) => queueArn(text(inputs.queueUrl), recording),
  "aws:dynamodb/resourcePolicy:ResourcePolicy": ({ inputs }) => text(inputs.resourceArn),
};

export function resourceStatements(recording: Recording): Statement[] {
  return recording.resources.flatMap((resource) => {
    const policy = opened(resource.inputs.policy);
    const arn = policy === undefined ? undefined : ATTACHED[resource.type]?.(resource, recording);
    if (arn === undefined) return [];
    return parsePolicy(policy, resource.name).map((statement) => boundTo(arn, statement));
  });
}

/** `*` in the policy of a resource is that resource, not every one. */
function boundTo(arn: string, statement: Statement): Statement {
  const all = arn.startsWith("arn:aws:s3:") ? [arn, `${arn}/*`] : [arn];
  return {
    ...statement,
    resources: statement.resources.flatMap((resource) => (resource === "*" ? all : [resource])),
  };
}

export function aboutRole(statements: readonly Statement[], roleArn: string): Statement[] {
  return statements.flatMap((statement) => {
    const { principals, effect } = statement;
    if (!principals) return [];
    // Whom a NotPrincipal leaves out depends on the session too, which is made up here: not judged.
    if (principals.except) return [{ ...statement, conditions: [...statement.conditions, NOT_PRINCIPAL] }];
    return principals.accounts.some((principal) => isRole(principal, roleArn, effect)) ? [statement] : [];
  });
}

const NOT_PRINCIPAL = { operator: "NotPrincipal", key: "", values: [] };

/** An account as a principal denies all its roles, but allows none: it leaves that to their own policies. */
function isRole(principal: string, roleArn: string, effect: Statement["effect"]): boolean {
  if (principal === "*" || principal === roleArn) return true;
  const account = roleArn.split(":")[4] ?? "";
  return effect === "Deny" && (principal === account || principal === `arn:aws:iam::${account}:root`);
}

function queueArn(queueUrl: string | undefined, { resources }: Recording): string | undefined {
  const queue = resources.find(({ type, outputs, id }) => {
    return type === "aws:sqs/queue:Queue" && queueUrl !== undefined && (text(outputs.url) ?? id) === queueUrl;
  });
  return queue && text(queue.outputs.arn);
}
