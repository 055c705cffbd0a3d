import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import { isOpenToEverybody, refusesPlainHttp } from "../policy-document.ts";
import { at, holds, list, objects, pointing, written } from "../reading.ts";
import { each, type Rule } from "../rule.ts";

const BUCKET_TYPE = "aws:s3/bucket:Bucket";

export const s3Rules: Rule[] = [
  {
    id: "s3/not-public",
    standards: ["AwsSolutions-S2", "S3.8", "CKV2_AWS_6"],
    title: "No bucket can be made public",
    remedy: "Give it a BucketPublicAccessBlock with all four settings true, and no policy for everybody.",
    waivable: false,
    check: each(BUCKET_TYPE, (bucket, recording) => {
      const [block] = settings(recording, "PublicAccessBlock", bucket);
      const open = [
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
      ].filter((setting) => !block || !holds(at(block, setting), (value) => value === true));
      if (open.length > 0) return `not set: ${open.join(", ")}`;
      const acls = [bucket, ...settings(recording, "Acl", bucket)].map((holder) =>
        written(at(holder, "acl")),
      );
      const openAcl = acls.find((acl) => /^(public-|authenticated-read)/.test(acl));
      if (openAcl !== undefined) return `its ACL is ${openAcl}`;
      return policies(recording, bucket).some(isOpenToEverybody) ? "its policy lets everybody in" : undefined;
    }),
  },
  {
    id: "s3/tls-only",
    standards: ["AwsSolutions-S10", "S3.5"],
    title: "Buckets are reached over TLS only",
    remedy: "Deny everything where `aws:SecureTransport` is false in the bucket's policy.",
    check: each(BUCKET_TYPE, (bucket, recording) =>
      policies(recording, bucket).some(refusesPlainHttp) ? undefined : "its policy lets plain HTTP in",
    ),
  },
  {
    id: "s3/encryption",
    standards: ["CKV_AWS_19", "S3.17"],
    title: "Buckets say how they are encrypted",
    remedy: "Add a BucketServerSideEncryptionConfiguration.",
    check: each(BUCKET_TYPE, (bucket, recording) =>
      settings(recording, "ServerSideEncryptionConfiguration", bucket).some(
        (setting) => list(setting, "rules").length > 0,
      )
        ? undefined
        : "encryption is not said (AWS then encrypts with a key of its own)",
    ),
  },
  {
    id: "s3/versioning",
    standards: ["CKV_AWS_21", "S3.14"],
    title: "What is overwritten in a bucket can be had back",
    remedy: "Add a BucketVersioning with status Enabled.",
    check: each(BUCKET_TYPE, (bucket, recording) =>
      settings(recording, "Versioning", bucket).some((setting) =>
        holds(at(setting, "versioningConfiguration.status"), (value) => value === "Enabled"),
      )
        ? undefined
        : "not versioned",
    ),
  },
  {
    id: "s3/lifecycle",
    standards: ["S3.13", "CKV2_AWS_61"],
    title: "A bucket does not grow for ever",
    remedy: "Add a BucketLifecycleConfiguration with an enabled rule.",
    check: each(BUCKET_TYPE, (bucket, recording) =>
      lifecycleRules(recording, bucket).length > 0 ? undefined : "no lifecycle rule is enabled",
    ),
  },
  {
    id: "s3/unfinished-uploads",
    standards: ["CKV_AWS_300"],
    title: "Parts of uploads that were never finished are deleted",
    remedy: "Set `abortIncompleteMultipartUpload` in a lifecycle rule.",
    check: each(BUCKET_TYPE, (bucket, recording) => {
      const rules = lifecycleRules(recording, bucket);
      // No lifecycle at all is another rule's finding.
      return rules.length === 0 || rules.some((rule) => rule.abortIncompleteMultipartUpload !== undefined)
        ? undefined
        : "unfinished uploads are kept";
    }),
  },
  {
    id: "s3/no-acls",
    standards: ["S3.12", "CKV2_AWS_65"],
    title: "Policies alone say who may read a bucket; ACLs are off",
    remedy: "Add BucketOwnershipControls with BucketOwnerEnforced.",
    check: each(BUCKET_TYPE, (bucket, recording) => {
      const controls = settings(recording, "OwnershipControls", bucket);
      if (controls.length === 0) return "ownership is not said (of a new bucket AWS then turns ACLs off)";
      return controls.some((setting) =>
        holds(at(setting, "rule.objectOwnership"), (value) => value === "BucketOwnerEnforced"),
      )
        ? undefined
        : "ACLs are on";
    }),
  },
  {
    id: "s3/access-log",
    standards: ["AwsSolutions-S1", "S3.9", "CKV_AWS_18"],
    title: "Who read or wrote a bucket of production is written down",
    remedy: "Add a BucketLogging into a bucket for logs.",
    onlyInProduction: true,
    check: each(BUCKET_TYPE, (bucket, recording) => {
      const logged = settings(recording, "Logging", bucket).length > 0;
      // A bucket that takes the log of another would log its own logging.
      const takesLogs =
        pointing(recording, "aws:s3/bucketLogging:BucketLogging", "targetBucket", bucket).length > 0;
      return logged || takesLogs ? undefined : "no access log";
    }),
  },
  {
    id: "s3/no-force-destroy",
    standards: [],
    title: "A deployment never empties a bucket of production",
    remedy: "Leave `forceDestroy` out.",
    onlyInProduction: true,
    check: each(BUCKET_TYPE, (bucket) =>
      at(bucket, "forceDestroy") === true ? "forceDestroy is true" : undefined,
    ),
  },
];

/** Resources that set one thing of a bucket: `Versioning`, `Policy` and so on. */
function settings(recording: Recording, kind: string, bucket: RecordedResource): RecordedResource[] {
  return pointing(recording, `aws:s3/bucket${kind}:Bucket${kind}`, "bucket", bucket);
}

function policies(recording: Recording, bucket: RecordedResource) {
  return settings(recording, "Policy", bucket).map((policy) => at(policy, "policy"));
}

function lifecycleRules(recording: Recording, bucket: RecordedResource): Values[] {
  return settings(recording, "LifecycleConfiguration", bucket)
    .flatMap((setting) => objects(setting, "rules"))
    .filter((rule) => rule.status === "Enabled");
}
