import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../components/names.ts";
import { policyDocument } from "../components/policy-document.ts";

/** Days in which a key that was deleted by mistake can be had back. */
const DELETION_WINDOW = 30;

/** The key with which Pulumi encrypts the secrets of a stack's configuration and state. */
export class SecretsKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** For `pulumi stack init --secrets-provider`. */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:bootstrap:SecretsKey", name, {}, opts);
    const account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    const region = aws.getRegionOutput({}, { parent: this }).region;
    const key = new aws.kms.Key(
      name,
      {
        description: "Secrets of Pulumi stacks",
        enableKeyRotation: true,
        deletionWindowInDays: DELETION_WINDOW,
        // Who may use it, the policies of the roles say; the account can always mend them.
        policy: policyDocument([
          {
            Sid: "Administration",
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${account}:root` },
            Action: "kms:*",
            Resource: "*",
          },
        ]),
      },
      { parent: this, protect: true },
    );
    const alias = new aws.kms.Alias(
      name,
      { name: `alias/${physicalName(name, "keyAlias")}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.secretsProvider = pulumi.interpolate`awskms://${alias.name}?region=${region}`;
    this.registerOutputs({ arn: this.arn, secretsProvider: this.secretsProvider });
  }
}
