/** Tags of objects, as S3 was recorded to keep them. */
import assert from "node:assert/strict";
import * as s3 from "@aws-sdk/client-s3";
import { type Credentials, credentialsOf } from "../../../local/iam/credentials.ts";
import type { ObjectEvent } from "../../../local/queues-and-buckets/events.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import { bucket, recording, resource, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

describe("tags of objects", () => {
  const run = serviceRun({ lasts: "block" });
  let events: ObjectEvent[];
  /** Each test has one of its own. */
  const buckets = Array.from({ length: 5 }, (_, index) => `bucket-${index}`);
  let taken = 0;
  let Bucket: string;

  const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });

  const declared = (...more: RecordedResource[]) =>
    recording(
      ...buckets.map((name) => bucket(name)),
      role("writer", allow("s3:PutObject", "s3:GetObject")),
      role("reader", allow("s3:GetObjectTagging")),
      ...more,
    );

  before(() => startIn(testContext(declared())));
  beforeEach(() => {
    events = [];
    Bucket = buckets[taken++] ?? "";
  });

  let service: QueueAndBucketService;
  async function startIn(context = run.context): Promise<void> {
    service = new QueueAndBucketService(await run.begin(context));
    service.onObject((event) => events.push(event));
    await run.start(service);
  }

  const client = (credentials?: Credentials) =>
    run.client(
      "AWS_ENDPOINT_URL_S3",
      (settings) => new s3.S3Client({ ...settings, forcePathStyle: true }),
      credentials,
    );
  const one = () => ({ Bucket, Key: "a" });
  const put = (more: Partial<s3.PutObjectCommandInput> = {}) =>
    client().send(new s3.PutObjectCommand({ ...one(), Body: "test-tagging", ...more }));
  const tag = (...TagSet: s3.Tag[]) =>
    client().send(new s3.PutObjectTaggingCommand({ ...one(), Tagging: { TagSet } }));
  const tags = async (of = one()) => (await client().send(new s3.GetObjectTaggingCommand(of))).TagSet;

  const tag1 = { Key: "tag1", Value: "tag1" };
  const tag2 = { Key: "tag2", Value: "" };

  it("are put, changed and deleted without a change of the object, and kept from start to start", async () => {
    await put();
    assert.deepEqual(await tags(), []);
    await tag(tag1, tag2);
    assert.deepEqual(await tags(), [tag1, tag2]);
    await tag({ Key: "tag3", Value: "<&>" }).catch(() => {});
    await tag({ Key: "tag3", Value: "a b" });
    await run.stop();
    await startIn();
    assert.deepEqual(await tags(), [{ Key: "tag3", Value: "a b" }]);
    const { TagCount, Body } = await client().send(new s3.GetObjectCommand(one()));
    assert.deepEqual([TagCount, await Body?.transformToString()], [1, "test-tagging"]);
    const { $metadata } = await client().send(new s3.DeleteObjectTaggingCommand(one()));
    assert.equal($metadata.httpStatusCode, 204);
    assert.deepEqual(await tags(), []);
    assert.equal((await client().send(new s3.GetObjectCommand(one()))).TagCount, undefined);
    const ofBucket = (wanted: string) =>
      events.filter(({ bucket, name }) => bucket === Bucket && name === wanted);
    await eventually(async () => ofBucket("ObjectTagging:Delete").length === 1);
    const [event] = ofBucket("ObjectTagging:Put");
    assert.deepEqual(
      [event?.key, event?.size, event?.etag],
      ["a", undefined, "b635a7fc30aa9091e0d236bee77e6844"],
    );
  });

  it("come with a write, go with the next one, and go along with a copy", async () => {
    await put({ Tagging: "tag1=tag1&tag2=" });
    assert.deepEqual(await tags(), [tag1, tag2]);
    const copy = (more: Partial<s3.CopyObjectCommandInput> = {}) =>
      client().send(new s3.CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...more }));
    const b = { Bucket, Key: "b" };
    await copy();
    assert.deepEqual(await tags(b), [tag1, tag2]);
    await copy({ TaggingDirective: "REPLACE", Tagging: "tag1=tag1" });
    assert.deepEqual(await tags(b), [tag1]);
    await put();
    assert.deepEqual(await tags(), []);
    await client().send(new s3.DeleteObjectCommand(b));
    await client().send(new s3.PutObjectCommand({ ...b, Body: "anew" }));
    assert.deepEqual(await tags(b), []);
  });

  it("go when the program has another content for its object", async () => {
    const declaredWith = (content: string) =>
      declared(resource("aws:s3/bucketObject:BucketObject", "a", { bucket: Bucket, key: "a", content }));
    await service.update(run.context.with(declaredWith("first")));
    await tag(tag1);
    await run.stop();
    await startIn(run.context.with(declaredWith("first")));
    assert.deepEqual(await tags(), [tag1]);
    await service.update(run.context.with(declaredWith("second")));
    assert.deepEqual(await tags(), []);
  });

  it("are refused as S3 refuses them", async () => {
    await put();
    await assert.rejects(put({ Tagging: "key1=val1&key1=val2" }), {
      name: "InvalidArgument",
      ArgumentName: "x-amz-tagging",
      message:
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    });
    const twice = { name: "InvalidTag", message: "Cannot provide multiple Tags with the same key" };
    await assert.rejects(tag(tag1, tag1), { ...twice, TagKey: "tag1" });
    await assert.rejects(tag({ Key: "Key1,Key2", Value: "v" }), {
      name: "InvalidTag",
      message: "The TagKey you have provided is invalid",
      TagKey: "Key1,Key2",
    });
    await assert.rejects(tag({ Key: "Key1", Value: "Val1,Val2" }), {
      message: "The TagValue you have provided is invalid",
      TagValue: "Val1,Val2",
    });
    await assert.rejects(tag({ Key: "aws:prefixed", Value: "v" }), {
      message: "Your TagKey cannot be prefixed with aws:",
    });
    const absent = { ...one(), Key: "fake-key" };
    await assert.rejects(client().send(new s3.DeleteObjectTaggingCommand(absent)), {
      name: "NoSuchKey",
      Key: "fake-key",
    });
    assert.deepEqual(await tags(), []);
  });

  it("have permissions of their own, also those that come with a write or a copy", async () => {
    await put({ Tagging: "tag1=tag1" });
    const writer = client(credentialsOf(roleArn("writer")));
    const denied = (action: string) => ({
      name: "AccessDenied",
      message: new RegExp(`perform: s3:${action} on`),
    });
    const Tagging = { TagSet: [tag2] };
    await assert.rejects(
      writer.send(new s3.PutObjectTaggingCommand({ ...one(), Tagging })),
      denied("PutObjectTagging"),
    );
    await assert.rejects(
      writer.send(new s3.PutObjectCommand({ ...one(), Body: "x", Tagging: "a=b" })),
      denied("PutObjectTagging"),
    );
    const copy = new s3.CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a` });
    await assert.rejects(writer.send(copy), denied("GetObjectTagging"));
    assert.equal((await writer.send(new s3.GetObjectCommand(one()))).TagCount, undefined);
    const reader = client(credentialsOf(roleArn("reader")));
    const { TagSet } = await reader.send(new s3.GetObjectTaggingCommand(one()));
    assert.deepEqual(TagSet, [tag1]);
    await assert.rejects(
      reader.send(new s3.DeleteObjectTaggingCommand(one())),
      denied("DeleteObjectTagging"),
    );
  });
});
