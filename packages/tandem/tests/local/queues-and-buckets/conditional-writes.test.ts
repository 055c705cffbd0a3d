import assert from "node:assert/strict";
import * as s3 from "@aws-sdk/client-s3";
import { type Credentials, credentialsOf } from "../../../local/iam/credentials.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { bucket, recording, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const allow = (Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
const own = { Bucket: "imports", Key: "own" };
const other = { Bucket: "imports", Key: "other" };

describe("conditional writes of S3", () => {
  const run = serviceRun({ lasts: "block" });

  before(async () => {
    const everything = allow(["s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]);
    const iam = await run.begin(
      testContext(
        recording(bucket("imports"), role("writer", everything), role("blind", allow(["s3:PutObject"]))),
      ),
    );
    await run.start(new QueueAndBucketService(iam));
  });

  beforeEach(() => client().send(new s3.DeleteObjectCommand(own)));

  const client = (credentials?: Credentials) =>
    run.client("AWS_ENDPOINT_URL_S3", (settings) => new s3.S3Client(settings), credentials);

  const put = (Body: string, more: Partial<s3.PutObjectCommandInput> = {}, as = client()) =>
    as.send(new s3.PutObjectCommand({ ...own, Body, ...more }));
  const content = async () => (await client().send(new s3.GetObjectCommand(own))).Body?.transformToString();

  async function fails(sent: Promise<unknown>, name: string, status: number, condition?: string) {
    await assert.rejects(sent, (error: s3.S3ServiceException & { Condition?: string }) => {
      assert.deepEqual(
        [error.name, error.$metadata.httpStatusCode, error.Condition],
        [name, status, condition],
      );
      return true;
    });
  }

  it("create once: If-None-Match is a 412 where there is an object", async () => {
    await put("first", { IfNoneMatch: "*" });
    await fails(put("second", { IfNoneMatch: "*" }), "PreconditionFailed", 412, "If-None-Match");
    const copy = new s3.CopyObjectCommand({ ...own, CopySource: "imports/other", IfNoneMatch: "*" });
    await client().send(new s3.PutObjectCommand({ ...other, Body: "other" }));
    await fails(client().send(copy), "PreconditionFailed", 412, "If-None-Match");
    assert.equal(await content(), "first");
    await client().send(new s3.DeleteObjectCommand(own));
    await client().send(copy);
    assert.equal(await content(), "other");
  });

  it("copy what was read, whole or in parts: CopySourceIfMatch is a 412 with another ETag", async () => {
    const { ETag = "" } = await client().send(new s3.PutObjectCommand({ ...other, Body: "other" }));
    const from = (CopySourceIfMatch: string) => ({ ...own, CopySource: "imports/other", CopySourceIfMatch });
    const { UploadId } = await client().send(new s3.CreateMultipartUploadCommand(own));
    const copies = [
      (etag: string) => client().send(new s3.CopyObjectCommand(from(etag))),
      (etag: string) =>
        client().send(new s3.UploadPartCopyCommand({ ...from(etag), UploadId, PartNumber: 1 })),
    ];
    for (const copy of copies) {
      await fails(copy('"0"'), "PreconditionFailed", 412, "x-amz-copy-source-If-Match");
      const { $metadata } = await copy(ETag);
      assert.equal($metadata.httpStatusCode, 200);
    }
    assert.equal(await content(), "other");
  });

  it("let one of many who create at once through", async () => {
    const created = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) => put(`by ${at}`, { IfNoneMatch: "*" })),
    );
    const winners = created.flatMap(({ status }, at) => (status === "fulfilled" ? [at] : []));
    assert.equal(winners.length, 1);
    assert.equal(await content(), `by ${winners[0]}`);
  });

  it("replace what was read: If-Match is a 412 with another ETag and a 404 without an object", async () => {
    await fails(put("first", { IfMatch: '"0"' }), "NoSuchKey", 404);
    const { ETag = "" } = await put("first");
    await fails(put("second", { IfMatch: '"0"' }), "PreconditionFailed", 412, "If-Match");
    await put("second", { IfMatch: ETag });
    await fails(put("third", { IfMatch: ETag }), "PreconditionFailed", 412, "If-Match");
    assert.equal(await content(), "second");
  });

  it("delete what was read", async () => {
    const { ETag = "" } = await put("first");
    const remove = (IfMatch: string) => client().send(new s3.DeleteObjectCommand({ ...own, IfMatch }));
    await fails(remove('"0"'), "PreconditionFailed", 412, "If-Match");
    assert.equal(await content(), "first");
    await remove(ETag);
    await fails(remove(ETag), "NoSuchKey", 404);
    await put("again");
    await remove("*");
    await fails(client().send(new s3.GetObjectCommand(own)), "NoSuchKey", 404);
  });

  it("hold of an upload in parts when it is completed", async () => {
    const as = client();
    const { UploadId } = await as.send(new s3.CreateMultipartUploadCommand(own));
    const part = { ...own, UploadId, PartNumber: 1 };
    const { ETag } = await as.send(new s3.UploadPartCommand({ ...part, Body: "in parts" }));
    const complete = () =>
      as.send(
        new s3.CompleteMultipartUploadCommand({
          ...own,
          UploadId,
          IfNoneMatch: "*",
          MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
        }),
      );
    await put("first");
    await fails(complete(), "PreconditionFailed", 412, "If-None-Match");
    await as.send(new s3.DeleteObjectCommand(own));
    await complete();
    assert.equal(await content(), "in parts");
  });

  it("need the permission to read where they compare with what is there", async () => {
    const { ETag = "" } = await put("first");
    const writer = client(credentialsOf(roleArn("writer")));
    await put("second", { IfNoneMatch: "*", Key: "new" }, writer);
    await assert.rejects(put("second", { IfMatch: ETag }, writer), /perform: s3:GetObject on resource: /);
    await fails(
      put("x", { IfNoneMatch: "*" }, client(credentialsOf(roleArn("blind")))),
      "PreconditionFailed",
      412,
      "If-None-Match",
    );
  });
});
