/** Versions of objects, as S3 was recorded to keep them. */
import assert from "node:assert/strict";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Sha256 } from "@aws-crypto/sha256-js";
import * as s3 from "@aws-sdk/client-s3";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { ObjectEvent } from "../../../local/queues-and-buckets/events.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import type { Recording } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import { bucket, REGION, recording, resource, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

describe("versions of objects", () => {
  const run = serviceRun({ lasts: "block" });
  let events: ObjectEvent[];
  /** Each test has one of its own. */
  const buckets = Array.from({ length: 12 }, (_, index) => `bucket-${index}`);
  /** Its versions are not kept at first. */
  const PLAIN = "plain";
  let taken = 0;
  let Bucket: string;

  const allow = (...Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
  const roles = [
    role("reader", allow("s3:GetObject", "s3:ListBucket", "s3:DeleteObject", "s3:PutObject")),
    role("keeper", allow("s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:ListBucketVersions")),
  ];
  const versioning = (name: string, status: string) =>
    resource("aws:s3/bucketVersioning:BucketVersioning", name, {
      bucket: name,
      versioningConfiguration: { status },
    });
  /** @param status of the bucket PLAIN */
  const declared = (status?: string): Recording =>
    recording(
      ...[...buckets, PLAIN].map((name) => bucket(name)),
      ...buckets.map((name) => versioning(name, "Enabled")),
      ...(status === undefined ? [] : [versioning(PLAIN, status)]),
      ...roles,
    );

  let service: QueueAndBucketService;
  async function startIn(context = run.context): Promise<void> {
    service = new QueueAndBucketService(await run.begin(context));
    service.onObject((event) => events.push(event));
    await run.start(service);
  }

  /** The next start, of another program. */
  async function restart(): Promise<void> {
    await run.stop();
    await startIn(run.context.with(declared()));
  }

  const update = (status: string) => service.update(run.context.with(declared(status)));

  before(() => startIn(testContext(declared())));
  beforeEach(() => {
    events = [];
    Bucket = buckets[taken++] ?? "";
  });

  const client = (credentials?: Credentials) =>
    run.client(
      "AWS_ENDPOINT_URL_S3",
      (settings) => new s3.S3Client({ ...settings, forcePathStyle: true }),
      credentials,
    );
  const one = () => ({ Bucket, Key: "a" });
  const put = (Body: string, more: Partial<s3.PutObjectCommandInput> = {}) =>
    client().send(new s3.PutObjectCommand({ ...one(), Body, ...more }));
  const remove = (VersionId?: string, Key = "a") =>
    client().send(new s3.DeleteObjectCommand({ Bucket, Key, VersionId }));
  const get = (VersionId?: string) => client().send(new s3.GetObjectCommand({ ...one(), VersionId }));
  const body = async (VersionId?: string) => (await get(VersionId)).Body?.transformToString();
  const list = (more: Partial<s3.ListObjectVersionsCommandInput> = {}) =>
    client().send(new s3.ListObjectVersionsCommand({ Bucket, ...more }));
  const short = ({ Versions = [], DeleteMarkers = [] }: s3.ListObjectVersionsCommandOutput) => ({
    versions: Versions.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]),
    markers: DeleteMarkers.map(({ Key, VersionId, IsLatest }) => [Key, VersionId, IsLatest]),
  });

  it("are kept when an object is written over or deleted, from start to start", async () => {
    const { VersionId: first = "" } = await put("test-1", { ContentType: "text/x", Metadata: { by: "me" } });
    const { VersionId: second = "" } = await put("test-22");
    assert.match(first, /^[\w.]{32}$/);
    const { DeleteMarker, VersionId: marker } = await remove();
    assert.equal(DeleteMarker, true);
    await restart();
    assert.deepEqual(short(await list()), {
      versions: [
        ["a", second, false],
        ["a", first, false],
      ],
      markers: [["a", marker, true]],
    });
    const { Body, ContentType, Metadata, VersionId } = await get(first);
    assert.deepEqual(
      [await Body?.transformToString(), ContentType, Metadata, VersionId],
      ["test-1", "text/x", { by: "me" }, first],
    );
    assert.equal(
      (await client().send(new s3.HeadObjectCommand({ ...one(), VersionId: second }))).ContentLength,
      7,
    );
    const part = await client().send(
      new s3.GetObjectCommand({ ...one(), VersionId: second, Range: "bytes=5-6" }),
    );
    assert.equal(await part.Body?.transformToString(), "22");
    assert.deepEqual((await client().send(new s3.ListObjectsV2Command({ Bucket }))).Contents, undefined);
    assert.deepEqual(
      (await client().send(new s3.ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name).sort(),
      [...buckets, PLAIN].sort(),
    );
  });

  it("tell of a delete marker, and answer nothing else for it", async () => {
    const { VersionId: first } = await put("test-delete");
    const { VersionId: marker } = await remove();
    const error = await get().catch((thrown: s3.S3ServiceException) => thrown);
    assert.ok(error instanceof s3.S3ServiceException);
    assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["NoSuchKey", 404]);
    const { headers } = error.$response as { headers: Record<string, string> };
    assert.deepEqual([headers["x-amz-delete-marker"], headers["x-amz-version-id"]], ["true", marker]);
    await assert.rejects(get(marker), (thrown: s3.S3ServiceException) => {
      const { headers } = thrown.$response as { headers: Record<string, string> };
      assert.deepEqual(
        [thrown.name, thrown.$metadata.httpStatusCode, headers.allow, headers["x-amz-delete-marker"]],
        ["MethodNotAllowed", 405, "DELETE", "true"],
      );
      return true;
    });
    await assert.rejects(client().send(new s3.GetObjectTaggingCommand(one())), {
      name: "MethodNotAllowed",
      ResourceType: "DeleteMarker",
    });
    await put("anew", { IfNoneMatch: "*" });
    assert.equal(await body(first), "test-delete");
  });

  it("are deleted one by one, and the one before is what lies there then", async () => {
    const { VersionId: first } = await put("first", { Tagging: "tag=1" });
    const { VersionId: second } = await put("second");
    const { VersionId: marker } = await remove();
    const gone = await remove(marker);
    assert.deepEqual([gone.DeleteMarker, gone.VersionId], [true, marker]);
    assert.equal(await body(), "second");
    const deleted = await remove(second);
    assert.deepEqual([deleted.DeleteMarker, deleted.VersionId], [undefined, second]);
    assert.equal(await body(), "first");
    assert.deepEqual((await client().send(new s3.GetObjectTaggingCommand(one()))).TagSet, [
      { Key: "tag", Value: "1" },
    ]);
    await assert.rejects(get(second), {
      name: "NoSuchVersion",
      message: "The specified version does not exist.",
      VersionId: second,
    });
    await assert.rejects(remove("bad"), { name: "InvalidArgument", message: "Invalid version id specified" });
    await restart();
    assert.equal(await body(), "first");
    await remove(first);
    assert.deepEqual(short(await list()), { versions: [], markers: [] });
  });

  it("are deleted by a list, with an error for each that is not there", async () => {
    const { VersionId: first = "" } = await put("first");
    const send = (...Objects: s3.ObjectIdentifier[]) =>
      client().send(new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    const { Deleted: markers = [] } = await send({ Key: "a" }, { Key: "wrongkey" });
    const [marker] = markers;
    assert.deepEqual(
      markers.map(({ Key, DeleteMarker }) => [Key, DeleteMarker]),
      [
        ["a", true],
        ["wrongkey", true],
      ],
    );
    const VersionId = marker?.DeleteMarkerVersionId ?? "";
    const { Deleted } = await send({ Key: "a", VersionId });
    assert.deepEqual(Deleted, [
      { Key: "a", VersionId, DeleteMarker: true, DeleteMarkerVersionId: VersionId },
    ]);
    const { Errors } = await send({ Key: "a", VersionId });
    assert.deepEqual(Errors, [
      { Key: "a", VersionId, Code: "NoSuchVersion", Message: "The specified version does not exist." },
    ]);
    assert.deepEqual((await send({ Key: "a", VersionId: first })).Deleted, [{ Key: "a", VersionId: first }]);
  });

  it("are listed in pages, key by key, the newest first", async () => {
    const ids: Record<string, (string | undefined)[]> = { a: [], "b/c": [], "b/d": [] };
    for (const Key of ["b/c", "a", "b/d", "a"]) ids[Key]?.unshift((await put("x", { Key })).VersionId);
    const { VersionId: marker } = await remove();
    const page = await list({ MaxKeys: 2 });
    assert.deepEqual(
      [page.IsTruncated, page.NextKeyMarker, page.NextVersionIdMarker],
      [true, "a", ids.a?.[0]],
    );
    assert.deepEqual(short(page), { versions: [["a", ids.a?.[0], false]], markers: [["a", marker, true]] });
    const next = await list({ KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker });
    assert.deepEqual(short(next).versions, [
      ["a", ids.a?.[1], false],
      ["b/c", ids["b/c"]?.[0], true],
      ["b/d", ids["b/d"]?.[0], true],
    ]);
    assert.deepEqual(short(await list({ KeyMarker: "b/c" })).versions, [["b/d", ids["b/d"]?.[0], true]]);
    const folders = await list({ Delimiter: "/", KeyMarker: "a", MaxKeys: 1 });
    assert.deepEqual([folders.CommonPrefixes, folders.IsTruncated], [[{ Prefix: "b/" }], false]);
    assert.deepEqual(short(await list({ Prefix: "b/d" })).versions, [["b/d", ids["b/d"]?.[0], true]]);
    await assert.rejects(list({ VersionIdMarker: marker }), {
      name: "InvalidArgument",
      message: "A version-id marker cannot be specified without a key marker.",
    });
  });

  it("are null before versioning and while it is suspended", async () => {
    Bucket = PLAIN;
    assert.equal((await put("before")).VersionId, undefined);
    assert.equal((await get()).VersionId, undefined);
    assert.equal(await body("null"), "before");
    await assert.rejects(get("HPniJFCxqTsMuIH9KX8K8wEjNUgmABCD"), {
      name: "InvalidArgument",
      message: "Invalid version id specified",
    });
    const versioning = () => client().send(new s3.GetBucketVersioningCommand({ Bucket }));
    assert.equal((await versioning()).Status, undefined);
    await update("Enabled");
    assert.equal((await versioning()).Status, "Enabled");
    assert.equal((await get()).VersionId, "null");
    const { VersionId: first } = await put("first");
    assert.equal(await body("null"), "before");
    await update("Suspended");
    assert.equal((await versioning()).Status, "Suspended");
    assert.equal((await put("second")).VersionId, undefined);
    assert.deepEqual(short(await list()).versions, [
      ["a", "null", true],
      ["a", first, false],
    ]);
    assert.equal(await body("null"), "second");
    await put("third");
    const { DeleteMarker, VersionId } = await remove();
    assert.deepEqual([DeleteMarker, VersionId], [true, "null"]);
    assert.deepEqual(short(await list()), {
      versions: [["a", first, false]],
      markers: [["a", "null", true]],
    });
    // What the program says no more is suspended: nothing is lost.
    await restart();
    assert.equal((await versioning()).Status, "Suspended");
    assert.equal(await body(first), "first");
  });

  it("are copied from, uploaded in parts, and have tags and attributes of their own", async () => {
    const { VersionId: first } = await put("first", { Tagging: "tag=1" });
    const { VersionId: second } = await put("second!");
    const copy = await client().send(
      new s3.CopyObjectCommand({ Bucket, Key: "a", CopySource: `${Bucket}/a?versionId=${first}` }),
    );
    assert.equal(copy.CopySourceVersionId, first);
    assert.deepEqual([await body(), await body(second)], ["first", "second!"]);
    const tags = async (VersionId?: string) =>
      (await client().send(new s3.GetObjectTaggingCommand({ ...one(), VersionId }))).TagSet;
    assert.deepEqual([await tags(), await tags(second)], [[{ Key: "tag", Value: "1" }], []]);
    const Tagging = { TagSet: [{ Key: "old", Value: "2" }] };
    const tagged = await client().send(
      new s3.PutObjectTaggingCommand({ ...one(), VersionId: second, Tagging }),
    );
    assert.equal(tagged.VersionId, second);
    assert.deepEqual(await tags(second), Tagging.TagSet);
    const attributes = await client().send(
      new s3.GetObjectAttributesCommand({ ...one(), VersionId: second, ObjectAttributes: ["ObjectSize"] }),
    );
    assert.deepEqual([attributes.ObjectSize, attributes.VersionId], [7, second]);
    const { UploadId } = await client().send(new s3.CreateMultipartUploadCommand(one()));
    const part = { ...one(), UploadId, PartNumber: 1 };
    const { ETag } = await client().send(new s3.UploadPartCommand({ ...part, Body: "parts" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    const done = await client().send(
      new s3.CompleteMultipartUploadCommand({ ...one(), UploadId, MultipartUpload }),
    );
    assert.equal(await body(done.VersionId), "parts");
    assert.equal((await list()).Versions?.length, 4);
    const wrong = { ...one(), UploadId, MultipartUpload };
    await assert.rejects(client().send(new s3.CompleteMultipartUploadCommand(wrong)), {
      name: "NoSuchUpload",
    });
    assert.equal((await list()).Versions?.length, 4);
  });

  it("are told of in events", async () => {
    const { VersionId: first } = await put("first");
    const { VersionId: marker } = await remove();
    await remove(first);
    const ofBucket = () => events.filter(({ bucket }) => bucket === Bucket);
    await eventually(async () => ofBucket().length === 3);
    assert.deepEqual(
      ofBucket().map(({ name, versionId, etag }) => [name, versionId, etag]),
      [
        ["ObjectCreated:Put", first, "8b04d5e3775d298e78455efc5ca404d5"],
        ["ObjectRemoved:DeleteMarkerCreated", marker, "d41d8cd98f00b204e9800998ecf8427e"],
        ["ObjectRemoved:Delete", first, undefined],
      ],
    );
  });

  it("have permissions of their own", async () => {
    const { VersionId } = await put("first");
    const version = { ...one(), VersionId };
    const denied = (action: string) => ({
      name: "AccessDenied",
      message: new RegExp(`perform: s3:${action} on`),
    });
    const reader = client(credentialsOf(roleArn("reader")));
    await assert.rejects(reader.send(new s3.GetObjectCommand(version)), denied("GetObjectVersion"));
    await assert.rejects(reader.send(new s3.DeleteObjectCommand(version)), denied("DeleteObjectVersion"));
    await assert.rejects(
      reader.send(new s3.ListObjectVersionsCommand({ Bucket })),
      denied("ListBucketVersions"),
    );
    const CopySource = `${Bucket}/a?versionId=${VersionId}`;
    await assert.rejects(
      reader.send(new s3.CopyObjectCommand({ Bucket, Key: "b", CopySource })),
      denied("GetObjectVersion"),
    );
    const Delete = { Objects: [{ Key: "a", VersionId }] };
    const { Errors } = await reader.send(new s3.DeleteObjectsCommand({ Bucket, Delete }));
    assert.deepEqual(
      Errors?.map(({ Code }) => Code),
      ["AccessDenied"],
    );
    const keeper = client(credentialsOf(roleArn("keeper")));
    await assert.rejects(keeper.send(new s3.GetObjectCommand(one())), denied("GetObject"));
    assert.equal((await keeper.send(new s3.ListObjectVersionsCommand({ Bucket }))).Versions?.length, 1);
    await keeper.send(new s3.GetObjectCommand(version));
    await keeper.send(new s3.DeleteObjectCommand(version));
  });

  it("are behind presigned addresses, and no bucket that holds them can be named", async () => {
    const { VersionId } = await put("first");
    await put("second");
    const { host } = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL_S3 ?? "");
    const signer = new SignatureV4({
      service: "s3",
      region: REGION,
      credentials: operatorCredentials,
      sha256: Sha256,
      uriEscapePath: false,
    });
    const path = `/${Bucket}/a`;
    const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const asked = { method: "GET", protocol: "http:", hostname: "", path, headers };
    const signed = await signer.presign(
      { ...asked, query: { versionId: VersionId ?? "" } },
      { expiresIn: 60 },
    );
    const answer = await fetch(
      `http://${host}${path}?${new URLSearchParams(signed.query as Record<string, string>)}`,
    );
    assert.deepEqual([await answer.text(), answer.headers.get("x-amz-version-id")], ["first", VersionId]);
    const hidden = { Bucket: "xn--versions", Key: "1" };
    await assert.rejects(client().send(new s3.GetObjectCommand(hidden)), { name: "InvalidBucketName" });
    const copy = new s3.CopyObjectCommand({ ...one(), CopySource: "xn--versions/1" });
    await assert.rejects(client().send(copy), { name: "InvalidArgument" });
  });

  it("keep a bucket from being deleted", async () => {
    const { VersionId } = await put("first");
    const { VersionId: marker } = await remove();
    const deletion = () => client().send(new s3.DeleteBucketCommand({ Bucket }));
    await remove(VersionId);
    await assert.rejects(deletion(), {
      name: "BucketNotEmpty",
      message: "The bucket you tried to delete is not empty. You must delete all versions in the bucket.",
    });
    await remove(marker);
    await deletion();
  });

  it("are as they were when a write of them fails halfway", async () => {
    const { VersionId: first } = await put("first");
    const { VersionId: second } = await put("second");
    const file = path.join(run.context.folder, "fauxqs", "fauxqs.db");
    const database = new DatabaseSync(file);
    const fail = (what: string) => {
      database.exec("DROP TRIGGER IF EXISTS broken");
      database.exec(
        `CREATE TRIGGER broken BEFORE ${what} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`,
      );
    };
    fail("INSERT ON object_versions");
    await assert.rejects(put("third"), { name: "InternalError" });
    await assert.rejects(remove(), { name: "InternalError" });
    // The one before comes in its place, and cannot be taken out of where it lay.
    fail("DELETE ON s3_objects WHEN OLD.bucket = 'xn--versions'");
    await assert.rejects(remove(second), { name: "InternalError" });
    const kept = async () => {
      assert.deepEqual(short(await list()), {
        versions: [
          ["a", second, true],
          ["a", first, false],
        ],
        markers: [],
      });
      assert.deepEqual([await body(), await body(first)], ["second", "first"]);
    };
    await kept();
    database.exec("DROP TRIGGER broken");
    database.close();
    await restart();
    await kept();
  });
});
