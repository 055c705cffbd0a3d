import assert from "node:assert/strict";
import { Bucket } from "../../bucket.ts";
import { declare, statements } from "../support/declare.ts";

const kind = (name: string) => `aws:s3/bucket${name}:Bucket${name}`;
const arn = (name: string) => `arn:aws:s3:::tandem-${name}-123456789012`;

const tlsOnly = (bucket: string) => ({
  Sid: "TlsOnly",
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucket, `${bucket}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

describe("Bucket", () => {
  it("declares a bucket and each of its settings once, and no log of accesses", async () => {
    const declared = await declare(() => void new Bucket("imports"));
    assert.deepEqual(declared.counts(), {
      "tandem:aws:Bucket": 1,
      [kind("")]: 1,
      [kind("OwnershipControls")]: 1,
      [kind("PublicAccessBlock")]: 1,
      [kind("ServerSideEncryptionConfiguration")]: 1,
      [kind("Versioning")]: 1,
      [kind("LifecycleConfiguration")]: 1,
      [kind("Policy")]: 1,
    });
  });

  it("is private, encrypted, versioned, without ACLs and reached over TLS only", async () => {
    const declared = await declare(() => void new Bucket("imports"));
    const bucket = "tandem-dev-imports-123456789012";
    assert.deepEqual(declared.inputs(kind("OwnershipControls")), {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    assert.deepEqual(declared.inputs(kind("PublicAccessBlock")), {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(declared.inputs(kind("ServerSideEncryptionConfiguration")), {
      bucket,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    assert.deepEqual(declared.inputs(kind("Versioning")), {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    assert.deepEqual(statements(declared.inputs(kind("Policy")).policy), [tlsOnly(arn("dev-imports"))]);
  });

  it("keeps objects for ever, old versions for 30 days and unfinished uploads for 7", async () => {
    const declared = await declare(() => void new Bucket("imports"));
    assert.deepEqual(declared.inputs(kind("LifecycleConfiguration")).rules, [
      {
        id: "tidy",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("deletes objects after as many days as it is told", async () => {
    const declared = await declare(() => void new Bucket("imports", { expireAfterDays: 90 }));
    const [rule] = declared.inputs(kind("LifecycleConfiguration")).rules as { expiration: unknown }[];
    assert.deepEqual(rule?.expiration, { days: 90 });
  });

  it("is emptied and deleted with its stack where it is told so, and nowhere else", async () => {
    const loose = await declare(() => void new Bucket("imports", { forceDestroy: true }));
    assert.deepEqual(loose.inputs(kind("")), {
      bucket: "tandem-dev-imports-123456789012",
      forceDestroy: true,
    });
    assert.equal(loose.one(kind("")).protect, false);
    const kept = await declare(() => void new Bucket("imports", { protect: true }), { stack: "prod" });
    assert.deepEqual(kept.inputs(kind("")), {
      bucket: "tandem-prod-imports-123456789012",
      forceDestroy: false,
    });
    assert.equal(kept.one(kind("")).protect, true);
  });

  it("stays closed and keeps its old versions for as long as it is protected", async () => {
    const declared = await declare(() => void new Bucket("imports", { protect: true }));
    assert.equal(declared.one(kind("Versioning")).protect, true);
    assert.equal(declared.one(kind("PublicAccessBlock")).protect, true);
  });

  it("changes nothing when its protection is lifted: S3 still refuses while it holds an object", async () => {
    const [kept, lifted] = await Promise.all(
      [true, false].map((protect) => declare(() => void new Bucket("imports", { protect }))),
    );
    assert.deepEqual(
      lifted?.recording.resources.map(({ name, inputs }) => [name, inputs]),
      kept?.recording.resources.map(({ name, inputs }) => [name, inputs]),
    );
    assert.equal(lifted?.inputs(kind("")).forceDestroy, false);
  });

  describe("with an access log", () => {
    const withLog = () =>
      declare(() => void new Bucket("imports", { protect: true, accessLog: true }), { stack: "prod" });

    it("has a second bucket with the same settings, protected alike, kept for a year, without a log of its own", async () => {
      const declared = await withLog();
      assert.deepEqual(declared.names(kind("")), ["imports", "imports-access-log"]);
      assert.deepEqual(declared.names(kind("Logging")), ["imports-logging"]);
      for (const setting of [
        "PublicAccessBlock",
        "Versioning",
        "ServerSideEncryptionConfiguration",
        "Policy",
      ]) {
        assert.equal(declared.all(kind(setting)).length, 2, setting);
      }
      assert.equal(declared.one(kind(""), "imports-access-log").protect, true);
      const { rules } = declared.inputs(kind("LifecycleConfiguration"), "imports-access-log-lifecycle");
      assert.deepEqual((rules as { expiration: unknown }[])[0]?.expiration, { days: 365 });
    });

    it("lets S3 write the log of this bucket there, and nobody else", async () => {
      const declared = await withLog();
      assert.deepEqual(declared.inputs(kind("Logging")), {
        bucket: "tandem-prod-imports-123456789012",
        targetBucket: "tandem-prod-imports-access-log-123456789012",
        targetPrefix: "imports/",
      });
      const log = arn("prod-imports-access-log");
      assert.deepEqual(statements(declared.inputs(kind("Policy"), "imports-access-log-policy").policy), [
        tlsOnly(log),
        {
          Sid: "AccessLog",
          Effect: "Allow",
          Principal: { Service: "logging.s3.amazonaws.com" },
          Action: "s3:PutObject",
          Resource: `${log}/*`,
          Condition: {
            ArnLike: { "aws:SourceArn": arn("prod-imports") },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
      ]);
    });
  });

  it("links its name, and calls on the objects in it alone", async () => {
    const declared = await declare(() => {
      const { read, write, readWrite } = new Bucket("visit-imports");
      return { read, write, readWrite };
    });
    const variables = { VISIT_IMPORTS_BUCKET: "tandem-dev-visit-imports-123456789012" };
    const resources = [`${arn("dev-visit-imports")}/*`];
    assert.deepEqual(declared.recording.outputs, {
      read: {
        name: "visit-imports.read",
        variables,
        permissions: [{ actions: ["s3:GetObject"], resources }],
      },
      write: {
        name: "visit-imports.write",
        variables,
        permissions: [{ actions: ["s3:PutObject"], resources }],
      },
      readWrite: {
        name: "visit-imports.readWrite",
        variables,
        permissions: [{ actions: ["s3:GetObject", "s3:PutObject"], resources }],
      },
    });
  });
});
