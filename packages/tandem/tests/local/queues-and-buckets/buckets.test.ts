import assert from "node:assert/strict";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ServiceException,
} from "@aws-sdk/client-s3";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { ObjectEvent } from "../../../local/queues-and-buckets/events.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import type { Recording, Values } from "../../../program/recording.ts";
import { bucket, REGION, recording, resource, role, roleArn, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });

const objectsOf = (Bucket: string) => ({
  put: (Key: string, Body = "text") => new PutObjectCommand({ Bucket, Key, Body }),
  get: (Key: string) => new GetObjectCommand({ Bucket, Key }),
});

/** To be called in a `describe`, as `serviceRun` is. */
function s3Run(lasts: "test" | "block") {
  const run = serviceRun({ lasts });
  const events: ObjectEvent[] = [];

  const start = (program: Recording) => restart(testContext(program));

  async function restart(context = run.context) {
    const service = new QueueAndBucketService(await run.begin(context));
    service.onObject((event) => events.push(event));
    await run.start(service);
  }

  /** As a function has it: the endpoint by variable, no path style asked for. */
  const client = (credentials?: Credentials, region?: string) =>
    run.client("AWS_ENDPOINT_URL_S3", (settings) => new S3Client(settings), credentials, region);

  /** Of its objects. */
  const eventsOf = (name: string) => events.filter((event) => event.bucket === name);

  return { run, start, restart, client, eventsOf };
}

describe("local S3", () => {
  const { run, start, restart, client } = s3Run("test");
  const { put, get } = objectsOf("imports");

  it("keeps objects from one start to the next, whatever their key", async () => {
    await start(recording(bucket("imports")));
    const keys = ["incoming/a b+c.json", "Amélie/50%.json", "a//b?c#d&e"];
    for (const key of keys) await client().send(put(key, key));
    await run.stop();
    await restart();
    const operator = client();
    for (const key of keys)
      assert.equal(await (await operator.send(get(key))).Body?.transformToString(), key);
    const { Contents } = await operator.send(new ListObjectsV2Command({ Bucket: "imports" }));
    assert.deepEqual(Contents?.map(({ Key }) => Key).sort(), [...keys].sort());
  });

  it("puts the objects that the program declares, as text, from a file, in base64", async () => {
    const inputs = (more: Values) => ({ bucket: "imports", ...more });
    const declared = (name: string, more: Values) =>
      resource("aws:s3/bucketObject:BucketObject", name, inputs({ key: name, ...more }));
    const program = recording(
      bucket("imports"),
      declared("text", { content: "as text" }),
      declared("base64", { contentBase64: Buffer.from("in base64").toString("base64") }),
      declared("asset", { source: { $: "asset", text: "of an asset" } }),
      declared("file", { source: { $: "asset", path: "package.json" } }),
      declared("elsewhere", { source: { $: "asset", uri: "https://example.org/x" } }),
    );
    await start({ ...program, cwd: process.cwd() });
    const read = async (key: string) => (await client().send(get(key))).Body?.transformToString();
    assert.deepEqual(await Promise.all(["text", "base64", "asset"].map(read)), [
      "as text",
      "in base64",
      "of an asset",
    ]);
    assert.match((await read("file")) ?? "", /"name": "tandem"/);
    await assert.rejects(read("elsewhere"), { name: "NoSuchKey" });
  });

  it("refuses a bucket whose name S3 would refuse", async () => {
    await assert.rejects(start(recording(bucket("Imports"))), {
      name: "UserError",
      message: /^Bucket Imports: .*valid/,
    });
  });
});

describe("a request to the local S3", () => {
  const { start, client, eventsOf } = s3Run("block");
  /** Each test has its own. */
  const names = ["missing", "regional", "keys", "parts", "listed", "copied", "signed", "sent", "health"];

  before(() => {
    const elsewhere = bucket("far");
    elsewhere.outputs.region = "us-east-1";
    return start(
      recording(
        ...names.map((name) => bucket(name)),
        elsewhere,
        role("nobody"),
        role("everything", allow("s3:*", "*")),
        role("missingReader", allow("s3:GetObject", "arn:aws:s3:::missing/*")),
        role(
          "missingLister",
          allow("s3:GetObject", "arn:aws:s3:::missing/*"),
          allow("s3:ListBucket", "arn:aws:s3:::missing"),
        ),
        role("partsReader", allow("s3:GetObject", "arn:aws:s3:::parts/incoming/*")),
        role("partsLister", allow("s3:ListBucket", "arn:aws:s3:::parts")),
        role("deleter", allow("s3:DeleteObject", "arn:aws:s3:::listed/own/*")),
        role("copier", allow("s3:*Object", "arn:aws:s3:::copied/own/*")),
      ),
    );
  });

  it("is of a bucket by whatever name, with content of whatever type, and is answered under an ID", async () => {
    // Names and types that the library has pages and readers of its own for.
    const contents = { plain: "text", "application/x-amz-json-1.0": "" };
    for (const [ContentType, Body] of Object.entries(contents)) {
      const asked = { Bucket: "health", Key: ContentType };
      const put = await client().send(new PutObjectCommand({ ...asked, Body, ContentType }));
      assert.match(put.$metadata.requestId ?? "", /^[0-9A-F]{16}$/);
      const got = await client().send(new GetObjectCommand(asked));
      assert.deepEqual([got.ContentType, await got.Body?.transformToString()], [ContentType, Body]);
    }
    const { Contents } = await client().send(new ListObjectsV2Command({ Bucket: "health" }));
    assert.equal(Contents?.length, 2);
  });

  it("does not tell who may not list a bucket that an object is missing", async () => {
    const { get } = objectsOf("missing");
    await assert.rejects(client(credentialsOf(roleArn("missingLister"))).send(get("missing")), {
      name: "NoSuchKey",
    });
    await assert.rejects(client(credentialsOf(roleArn("missingReader"))).send(get("missing")), {
      name: "AccessDenied",
      message: /perform: s3:ListBucket on resource: arn:aws:s3:::missing because/,
    });
  });

  it("takes no signature for another region than the bucket's, and says which that is", async () => {
    const { put, get } = objectsOf("regional");
    await client().send(put("a"));
    for (const caller of [operatorCredentials, credentialsOf(roleArn("everything"))]) {
      const refused = client(caller, "us-east-1").send(get("a"));
      await assert.rejects(refused, (error: S3ServiceException & { Region?: string }) => {
        assert.equal(error.name, "AuthorizationHeaderMalformed");
        assert.match(error.message, /the region 'us-east-1' is wrong; expecting 'eu-central-1'/);
        assert.equal(error.Region, REGION);
        assert.equal(error.$response?.headers["x-amz-bucket-region"], REGION);
        return error.$metadata.httpStatusCode === 400;
      });
    }
    const far = new PutObjectCommand({ Bucket: "far", Key: "a", Body: "x" });
    await assert.rejects(client().send(far), { name: "AuthorizationHeaderMalformed" });
    await client(operatorCredentials, "us-east-1").send(far);
  });

  it("refuses keys that would lead elsewhere", async () => {
    const { put } = objectsOf("keys");
    for (const key of ["../other/a", "a/./b"]) {
      await assert.rejects(client().send(put(key)), {
        name: "InvalidURI",
        message: /takes no key with "\." or "\.\."/,
      });
    }
  });

  it("tells an object from its bucket in permissions", async () => {
    const { put, get } = objectsOf("parts");
    await client().send(put("incoming/a.json"));
    await client(credentialsOf(roleArn("partsReader"))).send(get("incoming/a.json"));
    await client(credentialsOf(roleArn("partsLister"))).send(new ListObjectsV2Command({ Bucket: "parts" }));
    await assert.rejects(client(credentialsOf(roleArn("partsReader"))).send(get("private/a.json")), {
      name: "AccessDenied",
    });
    await assert.rejects(client(credentialsOf(roleArn("partsReader"))).send(put("incoming/b.json")), {
      name: "AccessDenied",
      message:
        "User: arn:aws:sts::123456789012:assumed-role/partsReader/partsReader is not authorized to perform: s3:PutObject on " +
        "resource: arn:aws:s3:::parts/incoming/b.json because no identity-based policy allows the s3:PutObject action",
    });
    await assert.rejects(client(credentialsOf(roleArn("partsLister"))).send(get("incoming/a.json")), {
      name: "AccessDenied",
    });
  });

  it("deletes of a list what is allowed, and names each key that is not", async () => {
    const { put } = objectsOf("listed");
    for (const key of ["own/a", "own/b", "other/a <&>"]) await client().send(put(key));
    const keys = ["own/a", "other/a <&>", "own/b", "own/never-there"];
    const deleteAs = (name: string, Quiet: boolean) => {
      const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet };
      const as = client(credentialsOf(roleArn(name)));
      return as.send(new DeleteObjectsCommand({ Bucket: "listed", Delete }));
    };
    const left = async () =>
      (await client().send(new ListObjectsV2Command({ Bucket: "listed" }))).Contents?.map(({ Key }) => Key);

    const none = await deleteAs("nobody", false);
    assert.deepEqual([none.Errors?.map(({ Key }) => Key), none.Deleted], [keys, undefined]);
    assert.equal((await left())?.length, 3);

    for (const quiet of [false, true]) {
      const { Errors, Deleted } = await deleteAs("deleter", quiet);
      const allowed = keys.filter((key) => key.startsWith("own/")).map((Key) => ({ Key }));
      assert.deepEqual(Deleted, quiet ? undefined : allowed);
      assert.deepEqual(
        Errors?.map(({ Key, Code }) => [Key, Code]),
        [["other/a <&>", "AccessDenied"]],
      );
      assert.match(
        Errors?.[0]?.Message ?? "",
        /perform: s3:DeleteObject on resource: arn:aws:s3:::listed\/other/,
      );
      assert.deepEqual(await left(), ["other/a <&>"]);
    }
    assert.deepEqual(
      eventsOf("listed")
        .filter(({ name }) => name.startsWith("ObjectRemoved"))
        .map(({ key }) => key),
      ["own/a", "own/b", "own/never-there", "own/a", "own/b", "own/never-there"],
    );
    const forged = client({ ...credentialsOf(roleArn("deleter")), secretAccessKey: "guessed" });
    const Delete = { Objects: [{ Key: "own/a" }] };
    await assert.rejects(forged.send(new DeleteObjectsCommand({ Bucket: "listed", Delete })), {
      name: "SignatureDoesNotMatch",
    });
    await assert.rejects(client().send(new DeleteObjectsCommand({ Bucket: "absent", Delete })), {
      name: "NoSuchBucket",
    });
  });

  it("asks for the permission of the source of a copy", async () => {
    const { put } = objectsOf("copied");
    await client().send(put("other/a.json"));
    const as = client(credentialsOf(roleArn("copier")));
    const copy = new CopyObjectCommand({
      Bucket: "copied",
      Key: "own/b.json",
      CopySource: "copied/other/a.json",
    });
    await assert.rejects(as.send(copy), { message: /perform: s3:GetObject on resource: .*other\/a.json/ });
  });

  it("refuses a key nobody gave and a wrong secret", async () => {
    const { get } = objectsOf("signed");
    await assert.rejects(client(credentialsOf(roleArn("undeclared"))).send(get("a")), {
      name: "InvalidAccessKeyId",
    });
    const forged = { ...operatorCredentials, secretAccessKey: "guessed" };
    await assert.rejects(client(forged).send(get("a")), { name: "SignatureDoesNotMatch" });
  });

  it("tells of objects that come and go, and of nothing that was refused", async () => {
    const { put } = objectsOf("sent");
    const operator = client();
    await operator.send(put("incoming/a.json", "12345"));
    await assert.rejects(client(credentialsOf(roleArn("nobody"))).send(put("incoming/b.json")));
    await operator.send(
      new CopyObjectCommand({ Bucket: "sent", Key: "c", CopySource: "sent/incoming/a.json" }),
    );
    await operator.send(new DeleteObjectCommand({ Bucket: "sent", Key: "c" }));
    await operator.send(new DeleteObjectCommand({ Bucket: "sent", Key: "never-there" }));
    assert.deepEqual(
      eventsOf("sent").map(({ name, key, size }) => [name, key, size]),
      [
        ["ObjectCreated:Put", "incoming/a.json", 5],
        ["ObjectCreated:Copy", "c", 5],
        ["ObjectRemoved:Delete", "c", undefined],
      ],
    );
  });
});
