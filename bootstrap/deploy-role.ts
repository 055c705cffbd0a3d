import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../packages/components/bucket.ts";
import type { GithubTrust } from "./github-trust.ts";
import { readStatements } from "./permissions/read.ts";
import { changeState } from "./permissions/state.ts";
import { roleStatements, writeStatements } from "./permissions/write.ts";
import { createRole } from "./role.ts";
import type { SecretsKey } from "./secrets-key.ts";

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
const reviewStage = "review";

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
      prefix: `${service}-${stage === reviewStage ? "pr" : stage}-`,
      stagePattern: stage === reviewStage ? "pr-*" : stage,
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
