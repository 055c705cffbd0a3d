import type { Recording } from "../../../program/recording.ts";
import { add, editPolicy, find, type Mutants, remove, set } from "../support/mutant.ts";

const BUCKET_TYPE = "aws:s3/bucket:Bucket";

const without = (kind: string, name: string) => (recording: Recording) =>
  remove(recording, `aws:s3/bucket${kind}:Bucket${kind}`, name);

export const s3Mutants: Mutants = {
  "s3/not-public": [
    {
      change: "a bucket's policies may be public",
      mutate: (recording) =>
        set(
          find(recording, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "imports-public-access"),
          "blockPublicPolicy",
          false,
        ),
    },
    {
      change: "nothing keeps a bucket from becoming public",
      stack: "dev",
      mutate: without("PublicAccessBlock", "imports-public-access"),
    },
    {
      change: "a bucket's policy lets everybody read",
      mutate: (recording) =>
        editPolicy(find(recording, "aws:s3/bucketPolicy:BucketPolicy", "imports-policy"), (statements) =>
          statements.push({
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "arn:aws:s3:::sound-prod-imports-123456789012/*",
          }),
        ),
    },
  ],
  "s3/tls-only": [{ change: "a bucket has no policy", mutate: without("Policy", "imports-policy") }],
  "s3/encryption": [
    {
      change: "a bucket says nothing of encryption",
      mutate: without("ServerSideEncryptionConfiguration", "imports-encryption"),
    },
  ],
  "s3/versioning": [
    { change: "a bucket keeps no versions", mutate: without("Versioning", "imports-versioning") },
    {
      change: "a bucket's versioning is suspended",
      stack: "dev",
      mutate: (recording) =>
        set(
          find(recording, "aws:s3/bucketVersioning:BucketVersioning", "imports-versioning"),
          "versioningConfiguration.status",
          "Suspended",
        ),
    },
  ],
  "s3/lifecycle": [
    { change: "a bucket grows for ever", mutate: without("LifecycleConfiguration", "imports-lifecycle") },
  ],
  "s3/unfinished-uploads": [
    {
      change: "unfinished uploads are kept",
      mutate: (recording) =>
        set(
          find(
            recording,
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            "imports-lifecycle",
          ),
          "rules.0.abortIncompleteMultipartUpload",
          undefined,
        ),
    },
  ],
  "s3/no-acls": [
    { change: "who owns objects is not said", mutate: without("OwnershipControls", "imports-ownership") },
    {
      change: "ACLs are on",
      mutate: (recording) =>
        set(
          find(recording, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "imports-ownership"),
          "rule.objectOwnership",
          "ObjectWriter",
        ),
    },
  ],
  "s3/access-log": [
    {
      change: "a bucket's readers are not written down",
      mutate: (recording) => {
        // With a log bucket that still takes somebody's log.
        const log = find(recording, BUCKET_TYPE, "imports-access-log");
        remove(recording, "aws:s3/bucketLogging:BucketLogging", "imports-logging");
        add(recording, "aws:s3/bucketLogging:BucketLogging", {}, { targetBucket: log });
      },
    },
  ],
  "s3/no-force-destroy": [
    {
      change: "a deployment may empty a bucket",
      mutate: (recording) => set(find(recording, BUCKET_TYPE, "imports"), "forceDestroy", true),
    },
  ],
};
