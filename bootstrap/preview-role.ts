import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../packages/components/bucket.ts";
import type { GithubTrust } from "./github-trust.ts";
import { readStatements } from "./permissions/read.ts";
import { readState } from "./permissions/state.ts";
import { createRole } from "./role.ts";
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
