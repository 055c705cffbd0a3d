/** Parts and ranges of objects, as S3 was recorded to read, copy and refuse them. */
import assert from "node:assert/strict";
import type { Answer } from "../../../local/emulators/front.ts";
import { elementText, unescapeXml } from "../../../local/read-xml.ts";
import { type Headers, ownStores } from "./asked-in-process.ts";

const LEAST_PART_BYTES = 5 * 1024 * 1024;

describe("parts and ranges of objects", () => {
  const stores = ownStores({ buckets: { imports: {} } });
  const { askS3: ask } = stores;

  before(async () => {
    await ask("PUT", "/imports/a", {}, "0123456789");
    await ask("PUT", "/imports/empty");
  });

  /** Elements of the answer by their names. */
  async function failed(...asked: Parameters<typeof ask>): Promise<Headers> {
    const { status, body } = await ask(...asked);
    const elements = String(body).matchAll(/<(\w+)>([^<]*)<\/\1>/g);
    const read = [...elements].map(([, name = "", text = ""]) => [name, unescapeXml(text)]);
    return { status: String(status), ...Object.fromEntries(read) };
  }

  async function begun(key: string): Promise<string> {
    const { body } = await ask("POST", `/imports/${key}?uploads`);
    return elementText(String(body), "UploadId") ?? "";
  }

  async function part(url: string, body: string): Promise<string> {
    const { status, headers = {} } = await ask("PUT", url, {}, body);
    assert.equal(status, 200);
    return String(headers.etag);
  }

  const list = (...parts: [number: number, etag: string][]) => {
    const each = parts.map(
      ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    return `<CompleteMultipartUpload>${each.join("")}</CompleteMultipartUpload>`;
  };

  const ofPart = ({ status, headers = {}, body }: Answer) => [
    status,
    headers["content-range"],
    headers["x-amz-mp-parts-count"],
    String(body).slice(-10),
  ];

  it("are read by the number of a part, which an object in one piece has as well", async () => {
    assert.deepEqual(ofPart(await ask("GET", "/imports/a?partNumber=1")), [
      206,
      "bytes 0-9/10",
      undefined,
      "0123456789",
    ]);
    const { status, headers } = await ask("GET", "/imports/a");
    const etag = String(headers?.etag);
    assert.deepEqual([status, headers?.["content-range"]], [200, undefined]);
    const unchanged = await ask("GET", "/imports/a?partNumber=1", { "if-none-match": etag });
    assert.deepEqual([unchanged.status, unchanged.headers?.["content-range"]], [304, undefined]);
    const empty = await ask("GET", "/imports/empty?partNumber=1");
    assert.deepEqual([empty.headers?.["content-range"], String(empty.body)], [undefined, ""]);

    const uploadId = await begun("parts");
    const url = (number: number) => `/imports/parts?uploadId=${uploadId}&partNumber=${number}`;
    const first = await part(url(1), "x".repeat(LEAST_PART_BYTES));
    const last = await part(url(2), "0123456789");
    const complete = await ask(
      "POST",
      `/imports/parts?uploadId=${uploadId}`,
      {},
      list([1, first], [2, last]),
    );
    assert.equal(complete.status, 200);
    const size = LEAST_PART_BYTES + 10;
    assert.deepEqual(ofPart(await ask("GET", "/imports/parts?partNumber=2")), [
      206,
      `bytes ${LEAST_PART_BYTES}-${size - 1}/${size}`,
      "2",
      "0123456789",
    ]);
    assert.deepEqual(await failed("GET", "/imports/parts?partNumber=10"), {
      status: "416",
      Code: "InvalidPartNumber",
      Message: "The requested partnumber is not satisfiable",
      ActualPartCount: "2",
      PartNumberRequested: "10",
    });
  });

  it("are no range that lies behind the object", async () => {
    for (const range of ["bytes=100-200", "bytes=-0"])
      assert.deepEqual(await failed("GET", "/imports/a", { range }), {
        status: "416",
        Code: "InvalidRange",
        Message: "The requested range is not satisfiable",
        RangeRequested: range,
        ActualObjectSize: "10",
      });
    const { headers } = await ask("GET", "/imports/a", { range: "bytes=100-200" });
    assert.equal(headers?.["content-range"], "bytes */10");
  });

  it("are copied from a source of any size, by a range that lies within it", async () => {
    const uploadId = await begun("copied");
    const url = `/imports/copied?uploadId=${uploadId}&partNumber=1`;
    const from = (range: string) => ({
      "x-amz-copy-source": "/imports/a",
      "x-amz-copy-source-range": `bytes=${range}`,
    });
    for (const [range, etag] of [
      ["0-8", '"22975d8a5ed1b91445f6c55ac121505b"'],
      ["1-1", '"c4ca4238a0b923820dcc509a6f75849b"'],
      ["0-0", '"cfcd208495d565ef66e7dff9f98764da"'],
    ] as const) {
      const { status, ETag } = await failed("PUT", url, from(range));
      assert.deepEqual([status, ETag], ["200", etag], range);
    }
    assert.deepEqual(await failed("PUT", url, from("0-100")), {
      status: "400",
      Code: "InvalidArgument",
      Message: "Range specified is not valid for source object of size: 10",
      ArgumentName: "x-amz-copy-source-range",
      ArgumentValue: "bytes=0-100",
    });
    assert.deepEqual(await failed("PUT", url, from("100-200")), {
      status: "400",
      Code: "InvalidRequest",
      Message: "The specified copy range is invalid for the source object size",
    });
  });

  it("are parts of an upload that were uploaded so, and large enough", async () => {
    const uploadId = await begun("uploaded");
    const url = (number: number) => `/imports/uploaded?uploadId=${uploadId}&partNumber=${number}`;
    const etag = await part(url(1), "data");
    await part(url(2), "data");
    const complete = (...parts: Parameters<typeof list>) =>
      failed("POST", `/imports/uploaded?uploadId=${uploadId}`, {}, list(...parts));
    const invalid = {
      status: "400",
      Code: "InvalidPart",
      Message:
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      UploadId: uploadId,
    };
    const bare = "8d777f385d3dfec8815d20f7496026dc";
    assert.deepEqual(await complete([3, etag]), { ...invalid, PartNumber: "3", ETag: bare });
    const wrong = "d41d8cd98f00b204e9800998ecf8427e";
    assert.deepEqual(await complete([1, wrong]), { ...invalid, PartNumber: "1", ETag: wrong });
    assert.deepEqual(await complete([1, etag], [2, etag]), {
      status: "400",
      Code: "EntityTooSmall",
      Message: "Your proposed upload is smaller than the minimum allowed size",
      ProposedSize: "4",
      MinSizeAllowed: String(LEAST_PART_BYTES),
      PartNumber: "1",
      ETag: bare,
    });
    assert.equal(stores.library.object("imports", "uploaded"), undefined);
    assert.equal((await complete([2, bare])).status, "200");
  });
});
