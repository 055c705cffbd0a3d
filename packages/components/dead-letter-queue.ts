import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./names.ts";
import { denyPlainHttp, policyDocument } from "./policy-document.ts";

/** Seconds a dead letter waits to be looked at: 14 days, the longest SQS keeps anything. */
const RETENTION = 14 * 24 * 60 * 60;

const SUFFIX = "-dead-letters";

/** Keeps what could not be processed, for a person to look at and send again. An alarm belongs on it. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly queueName: pulumi.Output<string>;
  readonly queueArn: pulumi.Output<string>;
  readonly queueUrl: pulumi.Output<string>;

  /** @param owner logical name of what these are the dead letters of */
  constructor(owner: string, opts?: pulumi.ComponentResourceOptions) {
    const name = `${owner}${SUFFIX}`;
    super("tandem:aws:DeadLetterQueue", name, {}, opts);
    this.name = name;
    const queue = new aws.sqs.Queue(
      name,
      {
        name: physicalName(owner, "queue", SUFFIX),
        messageRetentionSeconds: RETENTION,
        sqsManagedSseEnabled: true,
      },
      { parent: this },
    );
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: queue.url, policy: policyDocument([denyPlainHttp("sqs:*", queue.arn)]) },
      { parent: this },
    );
    this.queueName = queue.name;
    this.queueArn = queue.arn;
    this.queueUrl = queue.url;
    this.registerOutputs({ queueName: this.queueName, queueArn: this.queueArn, queueUrl: this.queueUrl });
  }
}
