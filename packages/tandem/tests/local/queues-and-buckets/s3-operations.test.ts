import assert from "node:assert/strict";
import { Sha256 } from "@aws-crypto/sha256-js";
import * as s3 from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { readOperation } from "../../../local/queues-and-buckets/s3-operations.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { bucket, REGION, recording, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

/** What the library does as S3 does; everything else has to be refused. */
const SERVED = [
  "AbortMultipartUpload",
  "CompleteMultipartUpload",
  "CopyObject",
  "CreateBucket",
  "CreateMultipartUpload",
  "DeleteBucket",
  "DeleteObject",
  "DeleteObjectTagging",
  "DeleteObjects",
  "GetBucketVersioning",
  "GetObject",
  "GetObjectAttributes",
  "GetObjectTagging",
  "HeadBucket",
  "HeadObject",
  "ListBuckets",
  "ListObjectVersions",
  "ListObjects",
  "ListObjectsV2",
  "PutObject",
  "PutObjectTagging",
  "UploadPart",
  "UploadPartCopy",
];

/** What the SDK adds to the address of its own accord: the parameters that its model requires. */
const PARAMETERS: Record<string, string[]> = {
  AbortMultipartUpload: ["uploadId"],
  CompleteMultipartUpload: ["uploadId"],
  ListParts: ["uploadId"],
  UploadPart: ["uploadId", "partNumber"],
  UploadPartCopy: ["uploadId", "partNumber"],
};
/** Of hosts or kinds of buckets of their own; S3 itself does not have them where this one stands. */
const ELSEWHERE = ["ListDirectoryBuckets", "WriteGetObjectResponse"];

/** Every operation of the SDK's model, as it asks for it. */
function modelled() {
  return Object.values(s3).flatMap((schema) => {
    if (!Array.isArray(schema) || schema[0] !== 9) return [];
    const [, , name, { http }] = schema as unknown as [9, string, string, { http: [string, string, number] }];
    const [method, target] = http;
    const [path = "", text = ""] = target.split("?");
    const query = new Map(new URLSearchParams(text));
    for (const parameter of PARAMETERS[name] ?? []) query.set(parameter, "1");
    const bucketName = name === "ListBuckets" ? "" : "imports";
    const address = { bucket: bucketName, key: path.includes("{Key+}") ? "precious" : "", query };
    const headers = /Copy/.test(name) ? { "x-amz-copy-source": "/imports/precious" } : {};
    return [{ name, method, address, headers }];
  });
}

describe("operations of the local S3", () => {
  it("are on a list; every other one of the SDK's model is refused by its own name", () => {
    const operations = modelled().filter(({ name }) => !ELSEWHERE.includes(name));
    assert.ok(operations.length > 100, String(operations.length));
    const served: string[] = [];
    for (const { name, method, address, headers } of operations) {
      const reading = readOperation(method, address, headers);
      if ("operation" in reading) {
        assert.equal(reading.operation, name);
        served.push(name);
      } else {
        // Lists and single ones of four families differ by a parameter that says nothing to the person.
        const called = name.replace(/^List(.+)(Configuration|Annotation)s$/, "Get$1$2");
        assert.equal(reading.refused, `${called} is not there in the local S3`);
      }
    }
    assert.deepEqual(served.sort(), SERVED);
  });

  describe("asked for", () => {
    const run = serviceRun({ lasts: "block" });

    before(async () => {
      const everything = role("all", { Effect: "Allow", Action: "s3:*", Resource: "*" });
      const tagger = role("tagger", { Effect: "Allow", Action: "s3:*Tagging", Resource: "*" });
      const putter = role("putter", { Effect: "Allow", Action: "s3:PutObject", Resource: "*" });
      const iam = await run.begin(
        testContext(recording(bucket("imports"), bucket("empty"), everything, tagger, putter)),
      );
      await run.start(new QueueAndBucketService(iam));
    });

    beforeEach(async () => {
      const { Contents = [] } = await client().send(new s3.ListObjectsV2Command({ Bucket: "imports" }));
      for (const { Key } of Contents)
        await client().send(new s3.DeleteObjectCommand({ Bucket: "imports", Key }));
      await client().send(new s3.PutObjectCommand({ ...precious, Body: "precious" }));
    });

    const precious = { Bucket: "imports", Key: "precious" };

    const client = (credentials?: Credentials) =>
      run.client(
        "AWS_ENDPOINT_URL_S3",
        (settings) => new s3.S3Client({ ...settings, forcePathStyle: true }),
        credentials,
      );

    const content = async () => {
      const { Body } = await client().send(new s3.GetObjectCommand(precious));
      return Body?.transformToString();
    };

    async function isRefused(sent: Promise<unknown>, operation: string | RegExp): Promise<void> {
      const error: unknown = await sent.then(
        () => assert.fail(`${operation} was done`),
        (reason) => reason,
      );
      assert.ok(error instanceof s3.S3ServiceException, String(error));
      assert.equal(error.$metadata.httpStatusCode, 501);
      assert.equal(error.name, "NotImplemented");
      if (typeof operation === "string")
        assert.equal(error.message, `${operation} is not there in the local S3`);
      else assert.match(error.message, operation);
    }

    it("leave object and bucket as they are when they are of a part that is not kept here", async () => {
      const as = client(credentialsOf(roleArn("all")));
      await isRefused(as.send(new s3.PutObjectAclCommand({ ...precious, ACL: "private" })), "PutObjectAcl");
      await isRefused(as.send(new s3.GetObjectAclCommand(precious)), "GetObjectAcl");
      const Retention = { Mode: "GOVERNANCE", RetainUntilDate: new Date(0) } as const;
      await isRefused(
        as.send(new s3.PutObjectRetentionCommand({ ...precious, Retention })),
        "PutObjectRetention",
      );
      const LegalHold = { Status: "ON" } as const;
      await isRefused(
        as.send(new s3.PutObjectLegalHoldCommand({ ...precious, LegalHold })),
        "PutObjectLegalHold",
      );
      await isRefused(
        as.send(new s3.RestoreObjectCommand({ ...precious, RestoreRequest: { Days: 1 } })),
        "RestoreObject",
      );
      assert.equal(await content(), "precious");
      const Bucket = "empty";
      await isRefused(as.send(new s3.DeleteBucketCorsCommand({ Bucket })), "DeleteBucketCors");
      await isRefused(as.send(new s3.DeleteBucketPolicyCommand({ Bucket })), "DeleteBucketPolicy");
      await isRefused(as.send(new s3.DeleteBucketTaggingCommand({ Bucket })), "DeleteBucketTagging");
      await isRefused(as.send(new s3.DeleteBucketWebsiteCommand({ Bucket })), "DeleteBucketWebsite");
      await isRefused(as.send(new s3.DeleteBucketEncryptionCommand({ Bucket })), "DeleteBucketEncryption");
      await isRefused(as.send(new s3.GetBucketPolicyCommand({ Bucket })), "GetBucketPolicy");
      const VersioningConfiguration = { Status: "Enabled" } as const;
      await isRefused(
        as.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
        "PutBucketVersioning",
      );
      const { Buckets } = await client().send(new s3.ListBucketsCommand());
      assert.deepEqual(Buckets?.map(({ Name }) => Name).sort(), ["empty", "imports"]);
    });

    it("write nothing with the permission to tag alone", async () => {
      const as = client(credentialsOf(roleArn("tagger")));
      const TagSet = [{ Key: "a", Value: "b" }];
      await as.send(new s3.PutObjectTaggingCommand({ ...precious, Tagging: { TagSet } }));
      await assert.rejects(as.send(new s3.PutObjectCommand({ ...precious, Body: "other" })), {
        name: "AccessDenied",
      });
      assert.equal(await content(), "precious");
    });

    it("are refused with a condition or a part that would be passed over", async () => {
      const as = client();
      const put = { ...precious, Body: "other" };
      await isRefused(
        as.send(new s3.PutObjectCommand({ ...put, IfNoneMatch: '"0"' })),
        'PutObject with header if-none-match: "0"',
      );
      await isRefused(
        as.send(new s3.PutObjectCommand({ ...put, ACL: "public-read" })),
        "PutObject with header x-amz-acl: public-read",
      );
      const CopySource = "imports/precious";
      await isRefused(
        as.send(new s3.CopyObjectCommand({ ...precious, CopySource, CopySourceIfNoneMatch: "x" })),
        /x-amz-copy-source-if-none-match/,
      );
      const noVersion = { name: "InvalidArgument", message: "Invalid version id specified" };
      const version = { ...precious, VersionId: "1" };
      await assert.rejects(as.send(new s3.DeleteObjectCommand(version)), noVersion);
      await isRefused(
        as.send(new s3.DeleteObjectCommand({ ...version, IfMatch: "x" })),
        "DeleteObject of a version with header if-match",
      );
      const Objects = [{ Key: "precious", VersionId: "1" }];
      const Delete = { Objects };
      const { Errors } = await as.send(new s3.DeleteObjectsCommand({ Bucket: "imports", Delete }));
      assert.deepEqual(
        Errors?.map(({ Code }) => Code),
        ["NoSuchVersion"],
      );
      const copied = { ...precious, CopySource: "imports/precious?versionId=1" };
      await assert.rejects(as.send(new s3.CopyObjectCommand(copied)), noVersion);
      assert.equal(await content(), "precious");
    });

    it("go on with what changes nothing for whoever reads", async () => {
      const as = client();
      await as.send(
        new s3.PutObjectCommand({
          ...precious,
          Body: "kept",
          ServerSideEncryption: "AES256",
          StorageClass: "STANDARD_IA",
          ACL: "private",
          Metadata: { a: "b" },
        }),
      );
      const { Metadata, Body, ContentDisposition } = await as.send(
        new s3.GetObjectCommand({ ...precious, ResponseContentDisposition: 'attachment; filename="a"' }),
      );
      assert.deepEqual(Metadata, { a: "b" });
      assert.equal(await Body?.transformToString(), "kept");
      assert.equal(ContentDisposition, 'attachment; filename="a"');
    });

    it("read the headers that a presigned address carries, and refuse by name those they do not support", async () => {
      const origin = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL_S3 ?? "");
      /** Sent with this address alone, as a browser does. */
      const send = async (
        query: Record<string, string>,
        as: Credentials = operatorCredentials,
        signingDate = new Date(),
      ) => {
        const signer = new SignatureV4({
          service: "s3",
          region: REGION,
          credentials: as,
          sha256: Sha256,
          uriEscapePath: false,
        });
        const signed = await signer.presign(
          {
            method: "PUT",
            protocol: "http:",
            hostname: "",
            path: "/imports/page",
            query,
            headers: { host: origin.host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
          },
          { expiresIn: 60, signingDate },
        );
        const parameters = new URLSearchParams(signed.query as Record<string, string>);
        return fetch(`${origin.origin}/imports/page?${parameters}`, { method: "PUT", body: "of a page" });
      };
      const stored = await send({ "x-amz-meta-a": "b", "x-amz-acl": "private", "x-id": "PutObject" });
      assert.equal(stored.status, 200, await stored.text());
      const page = { Bucket: "imports", Key: "page" };
      assert.deepEqual((await client().send(new s3.HeadObjectCommand(page))).Metadata, { a: "b" });
      const refusal = async (query: Record<string, string>, as?: Credentials) =>
        /<Message>(.*)<\/Message>/.exec(await (await send(query, as)).text())?.[1] ?? "";
      assert.match(
        await refusal({ "x-amz-tagging": "a=b" }, credentialsOf(roleArn("putter"))),
        /s3:PutObjectTagging/,
      );
      assert.match(
        await refusal({ "X-Amz-Website-Redirect-Location": "/b" }),
        /x-amz-website-redirect-location/,
      );
      assert.match(await refusal({ "x-amz-acl": "public-read" }), /header x-amz-acl: public-read/);
      assert.match(
        await refusal({ "x-amz-acl": "private" }, credentialsOf(roleArn("putter"))),
        /s3:PutObjectAcl/,
      );
      const expired = await send({}, operatorCredentials, new Date(Date.now() - 61_000));
      assert.match(await expired.text(), /<Code>AccessDenied<\/Code><Message>Request has expired</);
      const source = { "x-amz-copy-source": "/empty/x" };
      assert.match(await refusal(source, credentialsOf(roleArn("putter"))), /s3:GetObject on resource/);
    });

    it("delete the keys of a list as they are written, entities and all", async () => {
      const as = client();
      const keys = ["a&lt;b", "a<b", "x&amp;#x41;", "line\rend", "ä ö"];
      for (const Key of keys) await as.send(new s3.PutObjectCommand({ Bucket: "imports", Key, Body: "1" }));
      const Delete = {
        Objects: [{ Key: "a&lt;b" }, { Key: "x&amp;#x41;" }, { Key: "line\rend" }, { Key: "absent" }],
      };
      const { Deleted } = await as.send(new s3.DeleteObjectsCommand({ Bucket: "imports", Delete }));
      assert.deepEqual(
        Deleted?.map(({ Key }) => Key),
        ["a&lt;b", "x&amp;#x41;", "line\rend", "absent"],
      );
      const { Contents } = await as.send(new s3.ListObjectsV2Command({ Bucket: "imports" }));
      assert.deepEqual(Contents?.map(({ Key }) => Key).sort(), ["a<b", "precious", "ä ö"]);
    });

    it("copy from a source however its slashes are written, and from no part of it", async () => {
      const as = client();
      const copy = (CopySource: string) =>
        as.send(new s3.CopyObjectCommand({ Bucket: "empty", Key: "copy", CopySource }));
      for (const source of ["imports/precious", "/imports/precious", "imports%2Fprecious"]) {
        await copy(source);
        await as.send(new s3.DeleteObjectCommand({ Bucket: "empty", Key: "copy" }));
      }
      await isRefused(copy("imports/precious?part=1"), "CopyObject from part");
      for (const source of ["imports", "imports/", "imports/../precious", "%zz/precious"])
        await assert.rejects(copy(source), { name: "InvalidArgument" }, source);
    });

    it("are of the bucket in the path, whatever the Host header says", async () => {
      const as = client();
      as.middlewareStack.add(
        (next) => (args) => {
          const { headers } = args.request as { headers: Record<string, string> };
          headers.host = "empty.localhost.example";
          return next(args);
        },
        { step: "build", priority: "low" },
      );
      await as
        .send(new s3.PutObjectCommand({ Bucket: "imports", Key: "by-host", Body: "1" }))
        .catch(() => {});
      const { KeyCount } = await client().send(new s3.ListObjectsV2Command({ Bucket: "empty" }));
      assert.equal(KeyCount, 0);
    });

    it("take no path that leads to the library's own pages", async () => {
      const answer = await fetch(`${run.context.addresses.variables().AWS_ENDPOINT_URL_S3}/_fauxqs/queues`);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), /InvalidBucketName/);
    });
  });
});
