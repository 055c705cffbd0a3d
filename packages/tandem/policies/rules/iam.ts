import { readArn } from "../../program/reading/arn.ts";
import type { Statement } from "../../program/reading/policy-document.ts";
import { networkActions, tracingActions } from "../../shared/aws/actions-of-lambda.ts";
import { attachedPolicies } from "../attached.ts";
import { identityPolicies } from "../every-policy.ts";
import { FUNCTION_TYPE, roleOf } from "../functions.ts";
import { namedIn, statementsOf } from "../policy-document.ts";
import { at, ofType } from "../reading.ts";
import { each, finding, type Rule } from "../rule.ts";

const ROLE_TYPE = "aws:iam/role:Role";

/** The only ones that no ARN can narrow. IAM compares actions without case. */
const unbounded = [...tracingActions, ...networkActions].map((action) => action.toLowerCase());

/** AWS's own policies that are worth the whole account. */
const ADMINISTERING =
  /:policy\/(job-function\/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|SystemAdministrator)/;

/** Lead from what a role may do to what it may not: new credentials, other roles, other people's rights, other code. */
const escalating = [
  /^iam:(Add|Attach|Create|Delete|Detach|Pass|Put|Remove|Set|Update|Upload)/i,
  /^sts:(AssumeRole|GetFederationToken|GetSessionToken)/i,
  /^lambda:(AddPermission|CreateFunction|UpdateFunctionCode|UpdateFunctionConfiguration)$/i,
  /^kms:(CreateGrant|PutKeyPolicy)$/i,
  /^s3:(PutBucketPolicy|PutBucketAcl|PutObjectAcl|DeleteBucketPolicy)$/i,
  /^(sqs|sns):(AddPermission|SetQueueAttributes|SetTopicAttributes)$/i,
  /^(organizations|account):/i,
];

export const iamRules: Rule[] = [
  {
    id: "iam/no-managed-policy",
    standards: ["AwsSolutions-IAM4"],
    title: "Roles carry policies of this program only; AWS's own grow without a notice",
    remedy: "Write the statements that are needed into a policy of the role.",
    check: eachAttached((arn) => arn.includes(":iam::aws:policy/") && !ADMINISTERING.test(arn)),
  },
  {
    id: "iam/no-administrator",
    standards: ["IAM.1", "CKV_AWS_274", "CKV2_AWS_56"],
    title: "Nobody of this program may do everything with the account",
    remedy: "Write the statements that are needed into a policy of its own.",
    waivable: false,
    check: eachAttached((arn) => ADMINISTERING.test(arn)),
  },
  {
    id: "iam/no-access-keys",
    standards: ["IAM.4", "CKV_AWS_273", "Secrets.2"],
    title: "No keys that last are made: they stand in the state, and nobody changes them",
    remedy: "Use a role, and GitHub's or another identity provider's tokens for what runs outside of AWS.",
    check: each(
      ["aws:iam/accessKey:AccessKey", "aws:iam/userLoginProfile:UserLoginProfile"],
      () => "makes a key or password that lasts",
    ),
  },
  {
    id: "iam/no-wildcard-action",
    standards: ["AwsSolutions-IAM5", "CKV_AWS_63"],
    title: "A policy names every action it allows",
    remedy: "Replace the wildcard by the actions that are called.",
    waivable: false,
    check: eachStatement(({ actions, exceptActions, resources, exceptResources }) => {
      const exceptions = [...(exceptActions ? actions : []), ...(exceptResources ? resources : [])];
      if (exceptions.length > 0) return `allows everything but ${exceptions.join(", ")}`;
      const wild = actions.filter((action) => action.includes("*"));
      return wild.length > 0 ? `allows ${wild.join(", ")}` : undefined;
    }),
  },
  {
    id: "iam/no-wildcard-resource",
    standards: ["AwsSolutions-IAM5", "CKV_AWS_288", "CKV_AWS_290"],
    title: "A policy names the resources it is about",
    remedy: "Use the ARN of the resource.",
    check: eachStatement(({ actions, exceptActions, resources, exceptResources }) => {
      // What is left out is another rule's.
      if (exceptActions || exceptResources) return undefined;
      const bounded = actions.filter((action) => !unbounded.includes(action.toLowerCase()));
      const all = resources.filter(isWholesale);
      return bounded.length > 0 && all.length > 0
        ? `allows ${bounded.join(", ")} on ${all.join(", ")}`
        : undefined;
    }),
  },
  {
    id: "iam/one-service-trusted",
    standards: ["CKV_AWS_60", "CKV_AWS_61"],
    title: "A role trusts exactly one service",
    remedy: 'Leave one `Principal: { Service: "…" }` in `assumeRolePolicy`.',
    check: each(ROLE_TYPE, (role) => {
      const statements = statementsOf(at(role, "assumeRolePolicy"));
      if (statements === undefined) return undefined;
      const principals = [...new Set(statements.flatMap(namedIn).map(({ kind, name }) => `${kind}:${name}`))];
      const [only] = principals;
      return principals.length === 1 && only?.startsWith("Service:")
        ? undefined
        : `trusts ${principals.join(", ") || "nobody"}`;
    }),
  },
  {
    id: "iam/no-escalation",
    standards: ["CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_289"],
    title: "No role of this program can give itself or others more rights",
    remedy: "Leave such actions to the role that deploys.",
    check: eachStatement(({ actions, exceptActions }) => {
      if (exceptActions) return undefined;
      const found = actions.filter((action) => escalating.some((pattern) => pattern.test(action)));
      return found.length > 0 ? `allows ${found.join(", ")}` : undefined;
    }),
  },
  {
    id: "iam/one-role-a-function",
    standards: [],
    title: "Each function has a role of its own",
    remedy: "Make a role for each function; what one may, the other need not.",
    check: (recording) => {
      const owners = new Map<string, string>();
      return ofType(recording, FUNCTION_TYPE).flatMap((lambda) => {
        const role = roleOf(recording, lambda);
        const owner = role && owners.get(role.urn);
        if (role && owner === undefined) owners.set(role.urn, lambda.name);
        return owner === undefined ? [] : [{ urn: lambda.urn, message: `shares its role with ${owner}` }];
      });
    },
  },
];

function eachAttached(isWrong: (arn: string) => boolean): Rule["check"] {
  return (recording) =>
    attachedPolicies(recording).flatMap(({ resource, arns }) => {
      const wrong = arns.filter(isWrong);
      return finding(resource, wrong.length > 0 ? `attached: ${wrong.join(", ")}` : undefined);
    });
}

function eachStatement(judge: (statement: Statement) => string | undefined): Rule["check"] {
  return (recording) =>
    identityPolicies(recording).flatMap(({ resource, document }) =>
      (statementsOf(document) ?? [])
        .filter((statement) => statement.effect === "Allow")
        .flatMap((statement) => finding(resource, judge(statement))),
    );
}

/** Whether an ARN means all resources of a kind: a wildcard stands where the resource's own name should. */
function isWholesale(arn: string): boolean {
  if (!arn.includes("*")) return false;
  const { service, resource } = readArn(arn) ?? { service: "", resource: "" };
  const parts = resource.split(/[:/]/);
  // S3's resources begin with the name of the bucket, all others with their kind (`table/`, `log-group:`).
  const name = service === "s3" ? parts[0] : parts.slice(1).find((part) => part !== "");
  return name === undefined || name.includes("*");
}
