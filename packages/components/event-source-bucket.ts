import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AsynchronousCalls } from "./asynchronous-calls.ts";
import type { Bucket } from "./bucket.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { Mistake } from "./mistake.ts";
import { statementId } from "./names.ts";

export interface BucketEventSourceArgs {
  bucket: Bucket;
  function: LambdaFunction;
  /** Only objects whose key begins like this, e.g. `incoming/`. */
  prefix: string;
  /** Only objects whose key ends like this, e.g. `.json`. */
  suffix: string;
}

const RETRIES = 2;
/** Seconds: an import that could not start within an hour is looked at by a person. */
const MAXIMUM_EVENT_AGE = 3600;

/** S3 keeps one notification configuration a bucket; a second one would replace the first without a word. */
const taken = new WeakMap<Bucket, string>();

/** Calls a function for every object that is put into a bucket. What fails for good becomes a dead letter. */
export class BucketEventSource extends pulumi.ComponentResource {
  readonly calls: AsynchronousCalls;

  constructor(name: string, args: BucketEventSourceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:BucketEventSource", name, {}, opts);
    const { bucket, function: target, prefix, suffix } = args;
    const other = taken.get(bucket);
    if (other) {
      throw new Mistake(
        `Bucket "${bucket.name}" already has the event source "${other}", which "${name}" would replace; use one`,
      );
    }
    taken.set(bucket, name);

    this.calls = new AsynchronousCalls(
      name,
      { function: target, retries: RETRIES, maximumEventAge: MAXIMUM_EVENT_AGE },
      { parent: this },
    );
    const permission = this.#allowCalls(name, bucket, target);
    new aws.s3.BucketNotification(
      name,
      {
        bucket: bucket.bucketName,
        lambdaFunctions: [
          {
            id: name,
            lambdaFunctionArn: target.aliasArn,
            events: ["s3:ObjectCreated:*"],
            filterPrefix: prefix,
            filterSuffix: suffix,
          },
        ],
      },
      // S3 tries the permission when the notification is set; without the dead letters an early file could be lost.
      { parent: this, dependsOn: [permission, this.calls] },
    );
    this.registerOutputs({ bucketName: bucket.bucketName });
  }

  #allowCalls(name: string, bucket: Bucket, target: LambdaFunction): aws.lambda.Permission {
    return new aws.lambda.Permission(
      `${name}-permission`,
      {
        statementId: statementId(`${name}-permission`),
        action: "lambda:InvokeFunction",
        function: target.functionName,
        qualifier: target.aliasName,
        principal: "s3.amazonaws.com",
        sourceArn: bucket.bucketArn,
        // The ARN of a bucket names no account, and a deleted bucket's name can be somebody else's tomorrow.
        sourceAccount: aws.getCallerIdentityOutput({}, { parent: this }).accountId,
      },
      { parent: this },
    );
  }
}
