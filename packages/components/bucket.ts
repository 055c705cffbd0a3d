import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { declared } from "./declared.ts";
import type { Link } from "./link.ts";
import { physicalName, variablePrefix } from "./names.ts";
import { denyPlainHttp, policyDocument, type Statement } from "./policy-document.ts";

export interface BucketArgs {
  /** Refuse to delete the bucket, and what keeps it closed and its old versions. */
  protect?: boolean;
  /** Delete the objects with the bucket. Without it S3 deletes no bucket that holds one, protected or not. */
  forceDestroy?: boolean;
  /** Days after which an object is deleted; without, it is kept for ever. */
  expireAfterDays?: number;
  /** Write down every access in a second bucket, `${name}-access-log`. */
  accessLog?: boolean;
  /** ARN of the bucket whose access log S3 writes here. */
  accessLogOf?: pulumi.Input<string>;
}

/** Days for which a replaced or deleted object can be had back. */
const OLD_VERSION_DAYS = 30;
/** Days after which the parts of an unfinished upload go: no listing shows them, but every bill does. */
const UNFINISHED_UPLOAD_DAYS = 7;
/** Days for which it can be told who read what. */
const ACCESS_LOG_DAYS = 365;

/** A private bucket: encrypted, versioned, TLS only, without ACLs. `read`, `write` and `readWrite` link it to functions. */
export class Bucket extends pulumi.ComponentResource {
  /** Logical name. */
  readonly name: string;
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Gets objects whose key it knows, listing none. */
  readonly read: Link;
  readonly write: Link;
  readonly readWrite: Link;
  readonly #account: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:aws:Bucket", name, {}, opts);
    this.name = name;
    this.#account = aws.getCallerIdentityOutput({}, { parent: this }).accountId;

    const bucket = this.#createBucket(args);
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    const closed = this.#closeToThePublic(args);
    this.#createEncryption();
    this.#createLifecycle(args, this.#createVersioning(args));
    this.#createPolicy(args, closed);
    if (args.accessLog) this.#createAccessLog(args);

    this.read = this.#link("read", ["s3:GetObject"]);
    this.write = this.#link("write", ["s3:PutObject"]);
    this.readWrite = this.#link("readWrite", ["s3:GetObject", "s3:PutObject"]);
    // A log of accesses belongs to the bucket that it is about.
    if (args.accessLogOf === undefined) declared("buckets", name, this);
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }

  #createBucket({ protect, forceDestroy = false }: BucketArgs): aws.s3.Bucket {
    return new aws.s3.Bucket(
      this.name,
      {
        // Names of buckets are shared by all accounts of the world.
        bucket: pulumi.interpolate`${physicalName(this.name, "bucket")}-${this.#account}`,
        forceDestroy,
      },
      { parent: this, protect },
    );
  }

  #closeToThePublic({ protect }: BucketArgs): aws.s3.BucketPublicAccessBlock {
    new aws.s3.BucketOwnershipControls(
      `${this.name}-ownership`,
      // The owner of the bucket owns every object: ACLs are off.
      { bucket: this.bucketName, rule: { objectOwnership: "BucketOwnerEnforced" } },
      { parent: this },
    );
    return new aws.s3.BucketPublicAccessBlock(
      `${this.name}-public-access`,
      {
        bucket: this.bucketName,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this, protect },
    );
  }

  #createEncryption(): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${this.name}-encryption`,
      {
        bucket: this.bucketName,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      { parent: this },
    );
  }

  #createVersioning({ protect }: BucketArgs): aws.s3.BucketVersioning {
    return new aws.s3.BucketVersioning(
      `${this.name}-versioning`,
      { bucket: this.bucketName, versioningConfiguration: { status: "Enabled" } },
      { parent: this, protect },
    );
  }

  #createLifecycle({ expireAfterDays }: BucketArgs, versioning: aws.s3.BucketVersioning): void {
    new aws.s3.BucketLifecycleConfiguration(
      `${this.name}-lifecycle`,
      {
        bucket: this.bucketName,
        rules: [
          {
            id: "tidy",
            status: "Enabled",
            filter: {},
            expiration: expireAfterDays === undefined ? undefined : { days: expireAfterDays },
            noncurrentVersionExpiration: { noncurrentDays: OLD_VERSION_DAYS },
            abortIncompleteMultipartUpload: { daysAfterInitiation: UNFINISHED_UPLOAD_DAYS },
          },
        ],
      },
      // Old versions exist only once versions do.
      { parent: this, dependsOn: versioning },
    );
  }

  #createPolicy({ accessLogOf }: BucketArgs, closed: aws.s3.BucketPublicAccessBlock): void {
    const objects = pulumi.interpolate`${this.bucketArn}/*`;
    const statements: Statement[] = [denyPlainHttp("s3:*", [this.bucketArn, objects])];
    if (accessLogOf) {
      statements.push({
        Sid: "AccessLog",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: objects,
        Condition: {
          ArnLike: { "aws:SourceArn": accessLogOf },
          StringEquals: { "aws:SourceAccount": this.#account },
        },
      });
    }
    new aws.s3.BucketPolicy(
      `${this.name}-policy`,
      { bucket: this.bucketName, policy: policyDocument(statements) },
      // S3 refuses to change policy and public access of one bucket at the same time.
      { parent: this, dependsOn: closed },
    );
  }

  #createAccessLog({ protect, forceDestroy }: BucketArgs): void {
    const log = new Bucket(
      `${this.name}-access-log`,
      { protect, forceDestroy, expireAfterDays: ACCESS_LOG_DAYS, accessLogOf: this.bucketArn },
      { parent: this },
    );
    new aws.s3.BucketLogging(
      `${this.name}-logging`,
      { bucket: this.bucketName, targetBucket: log.bucketName, targetPrefix: `${this.name}/` },
      { parent: this, dependsOn: log },
    );
  }

  #link(kind: string, actions: string[]): Link {
    return {
      name: `${this.name}.${kind}`,
      variables: { [`${variablePrefix(this.name)}_BUCKET`]: this.bucketName },
      permissions: [{ actions, resources: [pulumi.interpolate`${this.bucketArn}/*`] }],
    };
  }
}
