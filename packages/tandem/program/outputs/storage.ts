/** Tables, buckets, secrets and keys. */
import type { Named, Rule, Rules } from "./declaration.ts";

/** Hosted zone of website endpoints in us-east-1; records that alias to one need any. */
const WEBSITE_ZONE = "Z3AQBSTGFYJSTF";

export const storage: Rules = {
  "aws:dynamodb/table:Table": (it) => {
    const name = it.physicalName();
    const arn = it.arn("dynamodb", `table/${name}`);
    const streamLabel = "2026-01-01T00:00:00.000";
    const stream =
      it.inputs.streamEnabled === true ? { streamArn: `${arn}/stream/${streamLabel}`, streamLabel } : {};
    return { id: name, name, arn, ...stream };
  },
  "aws:dynamodb/tableItem:TableItem": (it) => ({ id: `${it.text("tableName")}|${it.digits(8)}` }),

  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketV2:BucketV2": bucket,
  "aws:s3/bucketObject:BucketObject": object,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  ...Object.fromEntries(
    [
      "bucketAccelerateConfigurationV2:BucketAccelerateConfigurationV2",
      "bucketAcl:BucketAcl",
      "bucketAclV2:BucketAclV2",
      "bucketCorsConfiguration:BucketCorsConfiguration",
      "bucketCorsConfigurationV2:BucketCorsConfigurationV2",
      "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
      "bucketLogging:BucketLogging",
      "bucketLoggingV2:BucketLoggingV2",
      "bucketNotification:BucketNotification",
      "bucketOwnershipControls:BucketOwnershipControls",
      "bucketPolicy:BucketPolicy",
      "bucketPublicAccessBlock:BucketPublicAccessBlock",
      "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
      "bucketVersioning:BucketVersioning",
      "bucketVersioningV2:BucketVersioningV2",
    ].map((token): [string, Rule] => [`aws:s3/${token}`, ofBucket]),
  ),
  "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": website,
  "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2": website,

  "aws:secretsmanager/secret:Secret": (it) => {
    const name = it.physicalName();
    // Secrets Manager itself puts six characters behind the name.
    const arn = it.arn("secretsmanager", `secret:${name}-${it.letters(6)}`);
    return { id: arn, name, arn };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": (it) => {
    const versionId = it.uuid();
    return { id: `${it.text("secretId")}|${versionId}`, arn: it.text("secretId"), versionId };
  },
  "aws:ssm/parameter:Parameter": (it) => {
    const name = it.physicalName();
    return { id: name, name, arn: it.arn("ssm", `parameter/${name.replace(/^\//, "")}`), version: 1 };
  },
  "aws:kms/key:Key": (it) => {
    const keyId = it.uuid();
    return { id: keyId, keyId, arn: it.arn("kms", `key/${keyId}`) };
  },
  "aws:kms/alias:Alias": (it) => {
    const name = it.text("name") || `alias/${it.physicalName()}`;
    const key = it.text("targetKeyId");
    return {
      id: name,
      name,
      arn: it.arn("kms", name),
      targetKeyArn: key.startsWith("arn:") ? key : it.arn("kms", `key/${key}`),
    };
  },
};

function bucket(it: Named): Record<string, unknown> {
  const name = it.physicalName("bucket").toLowerCase();
  const regional = `${name}.s3.${it.region}.amazonaws.com`;
  return {
    id: name,
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: regional,
    bucketRegion: it.region,
    region: it.region,
    hostedZoneId: WEBSITE_ZONE,
    websiteEndpoint: websiteHost(it, name),
    websiteDomain: `s3-website.${it.region}.amazonaws.com`,
  };
}

function ofBucket(it: Named): Record<string, unknown> {
  return { id: it.text("bucket") };
}

function website(it: Named): Record<string, unknown> {
  return {
    id: it.text("bucket"),
    websiteEndpoint: websiteHost(it, it.text("bucket")),
    websiteDomain: `s3-website.${it.region}.amazonaws.com`,
  };
}

function websiteHost(it: Named, bucketName: string): string {
  return `${bucketName}.s3-website.${it.region}.amazonaws.com`;
}

function object(it: Named): Record<string, unknown> {
  const key = it.text("key") || it.logicalName;
  return {
    id: `${it.text("bucket")}/${key}`,
    key,
    arn: `arn:aws:s3:::${it.text("bucket")}/${key}`,
    etag: it.digits(32),
  };
}
