/** Requests to S3 of which one value after the other is made another. */

import type { Headers } from "./asked-in-process.ts";

type Whole = [method: string, key: string, query: Headers, headers?: Headers, body?: string];

/** In the place of each value. */
export const WRONG = ["", "x", "-1", "1.5", "1e9", "<", "\u0000"];

/** Of each operation requests that are whole, for an upload of `spoilt`. */
export function whole(uploadId: string): Whole[] {
  const key = "/spoilt";
  const listed = { prefix: "s", delimiter: "/", "max-keys": "1", "encoding-type": "url" };
  const conditions = { "if-match": '"x"', "if-unmodified-since": "Sat, 28 Nov 2026 12:00:00 GMT" };
  const unless = { "if-none-match": '"x"', "if-modified-since": "Sat, 28 Nov 2026 12:00:00 GMT" };
  const copied = { "x-amz-copy-source": "/imports/a" };
  const stored = { "x-amz-tagging": "a=b", "content-type": "text/plain" };
  const sums = { "content-md5": "AAAAAAAAAAAAAAAAAAAAAA==", "x-amz-checksum-crc32": "AAAAAA==" };
  const pieces = { "content-encoding": "aws-chunked" };
  const tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
  const parts = "<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>";
  const asked = {
    "x-amz-object-attributes": "ETag",
    "x-amz-max-parts": "1",
    "x-amz-part-number-marker": "0",
  };
  return [
    ["GET", "", { ...listed, marker: "a" }],
    ["GET", "", { ...listed, "list-type": "2", "start-after": "a", "continuation-token": "YQ==" }],
    ["GET", "", { ...listed, versions: "", "key-marker": "a", "version-id-marker": "null" }],
    ["POST", "", { delete: "" }, {}, "<Delete><Object><Key>x</Key></Object><Quiet>true</Quiet></Delete>"],
    ["PUT", key, {}, stored, "x"],
    ["PUT", key, {}, sums, "x"],
    ["PUT", key, {}, pieces, "3;chunk-signature=x\r\nabc\r\n0\r\n\r\n"],
    ["PUT", key, { tagging: "", versionId: "null" }, {}, tags],
    ["GET", key, { tagging: "" }],
    [
      "PUT",
      "/copied",
      {},
      { ...copied, "x-amz-metadata-directive": "COPY", "x-amz-tagging-directive": "COPY" },
    ],
    ["GET", key, { partNumber: "1" }, { range: "bytes=0-1" }],
    ["GET", key, { versionId: "null" }, { ...conditions, ...unless }],
    ["HEAD", key, { versionId: "null" }],
    ["GET", key, { attributes: "", versionId: "null" }, asked],
    ["POST", "/begun", { uploads: "" }, { "x-amz-checksum-algorithm": "CRC32" }],
    ["PUT", key, { uploadId, partNumber: "1" }, {}, "x"],
    ["PUT", key, { uploadId, partNumber: "1" }, { ...pieces, ...sums }, "1\r\nx\r\n0\r\n\r\n"],
    ["PUT", key, { uploadId, partNumber: "1" }, { ...copied, "x-amz-copy-source-range": "bytes=0-1" }],
    ["POST", key, { uploadId }, {}, `<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`],
    ["DELETE", key, { uploadId }],
    ["DELETE", key, { tagging: "" }],
    ["DELETE", key, { versionId: "null" }],
    ["DELETE", key, {}, { "if-match": '"x"' }],
  ];
}
