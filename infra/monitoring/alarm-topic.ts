import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../packages/components/names.ts";
import { denyPlainHttp, policyDocument } from "../../packages/components/policy-document.ts";

export interface AlarmTopicArgs {
  /** Gets a mail with a link to confirm, then every alarm. */
  email: pulumi.Input<string>;
}

/** Days in which a key that was deleted by mistake can be had back. */
const KEY_DELETION_WINDOW = 30;

/** Where alarms go: an encrypted topic that CloudWatch of this account may publish to, over TLS only. */
export class AlarmTopic extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
  readonly #name: string;
  readonly #account: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:AlarmTopic", name, {}, opts);
    this.#name = name;
    this.#account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    const key = this.#createKey();
    const topic = new aws.sns.Topic(
      name,
      { name: physicalName(name, "topic"), kmsMasterKeyId: key.arn },
      { parent: this },
    );
    this.topicArn = topic.arn;
    this.#createPolicy();
    new aws.sns.TopicSubscription(
      `${name}-email`,
      { topic: this.topicArn, protocol: "email", endpoint: args.email },
      { parent: this },
    );
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** A key of our own: the one AWS manages for SNS does not let CloudWatch in, and alarms would be lost in silence. */
  #createKey(): aws.kms.Key {
    return new aws.kms.Key(
      `${this.#name}-key`,
      {
        description: `Alarms of ${physicalName(this.#name, "topic")}`,
        enableKeyRotation: true,
        deletionWindowInDays: KEY_DELETION_WINDOW,
        policy: policyDocument([
          {
            Sid: "Administration",
            Effect: "Allow",
            Principal: { AWS: pulumi.interpolate`arn:aws:iam::${this.#account}:root` },
            Action: "kms:*",
            Resource: "*",
          },
          {
            Sid: "CloudWatch",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceAccount": this.#account } },
          },
        ]),
      },
      { parent: this },
    );
  }

  #createPolicy(): void {
    new aws.sns.TopicPolicy(
      `${this.#name}-policy`,
      {
        arn: this.topicArn,
        policy: policyDocument([
          denyPlainHttp("sns:Publish", this.topicArn),
          {
            Sid: "CloudWatch",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: this.topicArn,
            Condition: { StringEquals: { "aws:SourceAccount": this.#account } },
          },
        ]),
      },
      { parent: this },
    );
  }
}
