/** What S3 was recorded to answer. */
import assert from "node:assert/strict";
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { failedChecksum } from "../../../local/queues-and-buckets/checksums.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { bucket, recording, testContext } from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

describe("S3 as recorded", () => {
  const run = serviceRun({ lasts: "block" });
  let client: S3Client;

  before(async () => {
    await run.start(new QueueAndBucketService(await run.begin(testContext(recording(bucket("imports"))))));
    client = run.client(
      "AWS_ENDPOINT_URL_S3",
      (settings) => new S3Client({ ...settings, forcePathStyle: true }),
    );
  });

  const put = (Key: string, more: Partial<PutObjectCommandInput> = {}) =>
    client.send(new PutObjectCommand({ Bucket: "imports", Key, Body: "something", ...more }));

  it("names the key that is not there, of a copy that of its source, and takes ranges", async () => {
    const missing = (Key: string) => ({
      name: "NoSuchKey",
      Key,
      message: "The specified key does not exist.",
    });
    const absent = { Bucket: "imports", Key: "my <key>" };
    await assert.rejects(client.send(new GetObjectCommand(absent)), missing("my <key>"));
    const copy = new CopyObjectCommand({ ...absent, CopySource: "imports/random-src-key" });
    await assert.rejects(client.send(copy), missing("random-src-key"));
    await put("a");
    const stored = { Bucket: "imports", Key: "a" };
    const { AcceptRanges, Body } = await client.send(new GetObjectCommand(stored));
    assert.deepEqual([AcceptRanges, await Body?.transformToString()], ["bytes", "something"]);
    assert.equal((await client.send(new HeadObjectCommand(stored))).AcceptRanges, "bytes");
  });

  /** Field, name and bytes of an algorithm. */
  const SUMS: [field: keyof PutObjectCommandInput, name: string, bytes: number][] = [
    ["ChecksumCRC32", "CRC32", 4],
    ["ChecksumCRC32C", "CRC32C", 4],
    ["ChecksumCRC64NVME", "CRC64NVME", 8],
    ["ChecksumSHA1", "SHA1", 20],
    ["ChecksumSHA256", "SHA256", 32],
  ];

  it("stores no content with another checksum than its own", async () => {
    for (const [field, name, bytes] of SUMS) {
      const none = `Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`;
      await assert.rejects(put("sum", { [field]: "invalid" }), { name: "InvalidRequest", message: none });
      await assert.rejects(put("sum", { [field]: Buffer.alloc(bytes, 1).toString("base64") }), {
        name: "BadDigest",
        message: `The ${name} you specified did not match the calculated checksum.`,
      });
    }
    for (const ContentMD5 of ["__invalid__", "000", "MTIz", "dGVzdC1zdHJpbmc="])
      await assert.rejects(put("sum", { ContentMD5 }), {
        name: "InvalidDigest",
        message: "The Content-MD5 you specified was invalid.",
      });
    await assert.rejects(put("sum", { ContentMD5: "CYketZBSTjX8czcs3cXVlg==" }), {
      name: "BadDigest",
      message: "The Content-MD5 you specified did not match what we received.",
    });
    await assert.rejects(client.send(new HeadObjectCommand({ Bucket: "imports", Key: "sum" })), {
      name: "NotFound",
    });
    await put("sum", { ContentMD5: "Q3uTDbhLgHnC3YBKcZNrXw==" });
  });

  it("knows the check value of each algorithm", () => {
    /** Of `123456789`, as the catalogue of CRCs has them. */
    const CHECKS: Record<string, string> = {
      "x-amz-checksum-crc32": "cbf43926",
      "x-amz-checksum-crc32c": "e3069283",
      "x-amz-checksum-crc64nvme": "ae8b14860a799888",
    };
    for (const [header, hex] of Object.entries(CHECKS)) {
      const headers = { [header]: Buffer.from(hex, "hex").toString("base64") };
      const asked = (text: string) =>
        failedChecksum({ method: "PUT", url: "/", headers, body: Buffer.from(text), gone: () => false });
      assert.equal(asked("123456789"), undefined, header);
      assert.equal(asked("12345678")?.status, 400, header);
    }
  });
});
