import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../components/policy-document.ts";

export interface GithubTrustArgs {
  /** `owner/name`. */
  repository: string;
  /** Of a provider that the account has already; empty to create it. */
  providerArn: string;
}

const ISSUER = "token.actions.githubusercontent.com";
/** Whom the tokens are made out to when they are for AWS. */
const AUDIENCE = "sts.amazonaws.com";

/** GitHub's word for who runs a workflow, believed by this account; no key is stored anywhere. */
export class GithubTrust extends pulumi.ComponentResource {
  readonly providerArn: pulumi.Output<string>;
  readonly #repository: string;

  constructor(name: string, args: GithubTrustArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:bootstrap:GithubTrust", name, {}, opts);
    this.#repository = args.repository;
    this.providerArn = args.providerArn === "" ? this.#createProvider(name) : pulumi.output(args.providerArn);
    this.registerOutputs({ providerArn: this.providerArn });
  }

  #createProvider(name: string): pulumi.Output<string> {
    const provider = new aws.iam.OpenIdConnectProvider(
      name,
      { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE] },
      { parent: this, protect: true },
    );
    return provider.arn;
  }

  /**
   * Trust policy of a role for workflows of the repository.
   * @param subjects exactly what the token may say of the run, e.g. `environment:dev`, `pull_request`
   */
  trustPolicy(subjects: string[]): pulumi.Output<string> {
    return policyDocument([
      {
        Effect: "Allow",
        Principal: { Federated: this.providerArn },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: AUDIENCE,
            [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${this.#repository}:${subject}`),
          },
        },
      },
    ]);
  }
}
