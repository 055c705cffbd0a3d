import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../components/bucket.ts";
import { physicalName } from "../components/names.ts";
import { policyDocument, type Statement } from "../components/policy-document.ts";
import type { GithubTrust } from "./github-trust.ts";
import { readStatements } from "./permissions/read.ts";
import { changeState, readState } from "./permissions/state.ts";
import { roleStatements, writeStatements } from "./permissions/write.ts";
import type { SecretsKey } from "./secrets-key.ts";

export interface PreviewRoleArgs {
  github: GithubTrust;
  state: Bucket;
  key: SecretsKey;
  /** Project whose resources may be read. */
  service: string;
}

/**
 * For previews of pull requests from branches of the repository, and for the nightly look for drift on its main branch. It
 * reads what is deployed and its state, no data, and changes nothing. GitHub gives no token to pull requests of forks.
 */
export class PreviewRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PreviewRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:bootstrap:PreviewRole", name, {}, opts);
    const { github, state, key, service } = args;
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    const region = aws.getRegionOutput({}, { parent: this }).region;
    const role = createRole(
      name,
      {
        github,
        subjects: ["pull_request", "ref:refs/heads/main"],
        description: `Reads the stacks of ${service} for previews and the search for drift`,
        policies: {
          state: readState(state.bucketArn, key.arn),
          read: readStatements({ account, region, service, prefix: `${service}-`, stagePattern: "*" }),
        },
      },
      this,
    );
    this.arn = role.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

export interface DeployRoleArgs {
  github: GithubTrust;
  state: Bucket;
  key: SecretsKey;
  /** Project that is deployed. */
  service: string;
  /** Environment of the repository, whose approval stands before the role. */
  stage: string;
}

/** Stacks of pull requests are called `pr-<number>`; they share one environment. */
const REVIEW_STAGE = "review";

/** Deploys one stage: creates, changes and deletes what its names say is the stage's, and nothing else. */
export class DeployRole extends pulumi.ComponentResource {
  readonly stage: string;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: DeployRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:bootstrap:DeployRole", name, {}, opts);
    const { github, state, key, service, stage } = args;
    this.stage = stage;
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    const region = aws.getRegionOutput({}, { parent: this }).region;
    const scope = {
      account,
      region,
      service,
      prefix: `${service}-${stage === REVIEW_STAGE ? "pr" : stage}-`,
      stagePattern: stage === REVIEW_STAGE ? "pr-*" : stage,
    };
    const role = createRole(
      name,
      {
        github,
        subjects: [`environment:${stage}`],
        description: `Deploys ${service} from the environment ${stage}`,
        policies: {
          state: changeState(state.bucketArn, key.arn),
          read: readStatements(scope),
          write: writeStatements(scope),
          roles: roleStatements(scope),
        },
      },
      this,
    );
    this.arn = role.arn;
    this.registerOutputs({ stage, arn: this.arn });
  }
}

interface RoleArgs {
  github: GithubTrust;
  /** What GitHub's token may say of the run, e.g. `environment:dev`. */
  subjects: string[];
  description: string;
  /** By what they are for; each becomes a policy of its own, since one holds 6,144 characters only. */
  policies: Record<string, Statement[]>;
}

/** Seconds after which a workflow's credentials end; a deployment with a database cluster takes its time. */
const LONGEST_SESSION = 7_200;

/** A role that workflows take on, with policies of its own. */
function createRole(name: string, args: RoleArgs, parent: pulumi.Resource): aws.iam.Role {
  const role = new aws.iam.Role(
    name,
    {
      name: physicalName(name, "role"),
      description: args.description,
      assumeRolePolicy: args.github.trustPolicy(args.subjects),
      maxSessionDuration: LONGEST_SESSION,
    },
    { parent },
  );
  for (const [purpose, statements] of Object.entries(args.policies)) {
    const policy = new aws.iam.Policy(
      `${name}-${purpose}`,
      { name: physicalName(name, "policy", `-${purpose}`), policy: policyDocument(statements) },
      { parent },
    );
    new aws.iam.RolePolicyAttachment(
      `${name}-${purpose}`,
      { role: role.name, policyArn: policy.arn },
      { parent },
    );
  }
  return role;
}
