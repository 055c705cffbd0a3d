/** What S3 answers to a request with values, or a body, that it does not take. */
import assert from "node:assert/strict";
import { elementText } from "../../../local/read-xml.ts";
import { type Headers, ownStores } from "./asked-in-process.ts";
import { WRONG, whole } from "./whole-s3-requests.ts";

describe("malformed requests to S3", () => {
  const stores = ownStores({ buckets: { imports: {} } });
  const { askS3: ask } = stores;

  before(() => ask("PUT", "/imports/a", {}, "0123456789"));

  async function refusal(method: string, url: string, headers: Headers = {}, body = ""): Promise<string> {
    const answer = await ask(method, url, headers, body);
    const text = (name: string) => elementText(answer.body.toString(), name);
    const argument = text("ArgumentName");
    const at = argument === undefined ? "" : ` (${argument}=${text("ArgumentValue")})`;
    return `${answer.status} ${text("Code")}: ${text("Message")}${at}`;
  }

  async function begun(key: string): Promise<string> {
    const { body } = await ask("POST", `/imports/${key}?uploads`);
    const uploadId = elementText(body.toString(), "UploadId") ?? "";
    await ask("PUT", `/imports/${key}?uploadId=${uploadId}&partNumber=1`, {}, "part");
    return uploadId;
  }

  const content = async (key = "a") => String((await ask("GET", `/imports/${key}`)).body);
  const XML =
    "400 MalformedXML: The XML you provided was not well-formed or did not validate against our published schema";
  const NO_UPLOAD =
    "404 NoSuchUpload: The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";

  it("have a number of a part that is none", async () => {
    const uploadId = await begun("numbered");
    const wrong = (value: string) =>
      `400 InvalidArgument: Part number must be an integer between 1 and 10000, inclusive (partNumber=${value})`;
    for (const value of ["x", "0", "-1", "1.5", "10001", "1e3", ""]) {
      const url = `/imports/numbered?uploadId=${uploadId}&partNumber=${value}`;
      assert.equal(await refusal("PUT", url, {}, "x"), wrong(value));
      assert.equal(await refusal("PUT", url, { "x-amz-copy-source": "/imports/a" }), wrong(value));
      assert.equal(await refusal("GET", `/imports/a?partNumber=${value}`), wrong(value));
    }
    assert.equal(stores.library.object("imports", "numbered"), undefined);
    assert.equal(
      await refusal("GET", "/imports/a?partNumber=2"),
      "416 InvalidPartNumber: The requested partnumber is not satisfiable",
    );
    assert.equal(
      await refusal("GET", "/imports/a?partNumber=1", { range: "bytes=0-1" }),
      "400 InvalidRequest: Cannot specify both Range header and partNumber query parameter",
    );
  });

  it("are of an upload that is not there, or is of another object", async () => {
    const parts =
      "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>";
    for (const uploadId of ["fakeid", "", await begun("elsewhere")]) {
      assert.equal(await refusal("PUT", `/imports/a?uploadId=${uploadId}&partNumber=1`, {}, "x"), NO_UPLOAD);
      assert.equal(await refusal("POST", `/imports/a?uploadId=${uploadId}`, {}, parts), NO_UPLOAD);
      assert.equal(await refusal("DELETE", `/imports/a?uploadId=${uploadId}`), NO_UPLOAD);
    }
    assert.equal(await content(), "0123456789");
    assert.match(await refusal("DELETE", "/absent/a?uploadId=x"), /^404 NoSuchBucket/);
  });

  it("complete an upload by what is no list of parts", async () => {
    const uploadId = await begun("completed");
    const complete = (body: string) => refusal("POST", `/imports/completed?uploadId=${uploadId}`, {}, body);
    const list = (parts: string) => complete(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`);
    const part = (number: number | string) =>
      `<Part><PartNumber>${number}</PartNumber><ETag>"x"</ETag></Part>`;
    assert.equal(await complete(""), "400 InvalidRequest: You must specify at least one part");
    for (const body of [
      "x",
      "<",
      "<CompleteMultipartUpload>",
      "<CompleteMultipartUpload/>",
      `<Other>${part(1)}</Other>`,
      part(1),
    ])
      assert.equal(await complete(body), XML, body);
    for (const parts of [
      part("x"),
      part(""),
      "<Part><PartNumber>1</PartNumber></Part>",
      "<Part><ETag>x</ETag></Part>",
      "<Other/>",
      "a & b",
    ])
      assert.equal(await list(parts), XML, parts);
    assert.equal(await list(part(0)), "400 InvalidArgument: PartNumber must be >= 1 (PartNumber=0)");
    assert.equal(
      await list(part(2) + part(1)),
      "400 InvalidPartOrder: The list of parts was not in ascending order. Parts must be ordered by part number.",
    );
    assert.match(await list(part(1)), /^400 InvalidPart: /);
    assert.equal(stores.library.object("imports", "completed"), undefined);
    assert.match(
      await list(
        // The library reads no such part: it would write an object of none.
        `<Part ><PartNumber>1</PartNumber><ETag>x</ETag></Part>`,
      ),
      /^400 InvalidPart: /,
    );
  });

  it("delete or tag by what is no list", async () => {
    const key = "<Object><Key>a</Key></Object>";
    for (const body of [
      "",
      "x",
      "<Delete/>",
      `<Delete>${key}`,
      `<Other>${key}</Other>`,
      "<Delete><Object/></Delete>",
      `<Delete>${key}<Object><Key></Key></Object></Delete>`,
      `<Delete>${key}<More/></Delete>`,
    ])
      assert.equal(await refusal("POST", "/imports?delete", {}, body), XML, body);
    const tags = "<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet>";
    for (const body of [
      "",
      "x",
      "<Tagging/>",
      `<Tagging>${tags}`,
      `<Other>${tags}</Other>`,
      tags,
      `<Tagging>${tags}${tags}</Tagging>`,
      "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>",
      "<Tagging><TagSet><Other/></TagSet></Tagging>",
    ])
      assert.equal(await refusal("PUT", "/imports/a?tagging", {}, body), XML, body);
    assert.equal(await refusal("PUT", "/created", {}, "<Other/>"), XML);
    const md5 = { "content-md5": "x" };
    assert.equal(
      await refusal("POST", "/imports?delete", md5, `<Delete>${key}</Delete>`),
      "400 InvalidDigest: The Content-MD5 you specified was invalid.",
    );
    assert.equal(await content(), "0123456789");
    assert.deepEqual(stores.library.tags.of("imports", "a"), []);
    assert.equal(stores.library.hasBucket("created"), false);
  });

  it("list by parameters that S3 does not take", async () => {
    const integer = (value: string) =>
      `400 InvalidArgument: Provided max-keys not an integer or within integer range (max-keys=${value})`;
    for (const listing of ["", "list-type=2&", "versions&"]) {
      for (const value of ["x", "1.5", "2147483648"])
        assert.equal(await refusal("GET", `/imports?${listing}max-keys=${value}`), integer(value));
      assert.equal(
        await refusal("GET", `/imports?${listing}max-keys=-01`),
        "400 InvalidArgument: Argument maxKeys must be an integer between 0 and 2147483647 (maxKeys=-1)",
      );
      for (const value of ["x", ""])
        assert.equal(
          await refusal("GET", `/imports?${listing}encoding-type=${value}`),
          `400 InvalidArgument: Invalid Encoding Method specified in Request (encoding-type=${value || undefined})`,
        );
      assert.match(String((await ask("GET", `/imports?${listing}max-keys=`)).body), /<Key>a</);
    }
    for (const token of ["garbage", ""])
      assert.match(
        await refusal("GET", `/imports?list-type=2&continuation-token=${token}`),
        /^400 InvalidArgument: The continuation token provided is incorrect \(continuation-token=/,
      );
    const attributes = (headers: Headers) => refusal("GET", "/imports/a?attributes", headers);
    assert.equal(
      await attributes({}),
      "400 InvalidRequest: The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
    assert.match(
      await attributes({ "x-amz-object-attributes": "ETag,x" }),
      /^400 InvalidArgument: Invalid attribute name/,
    );
    const page = { "x-amz-object-attributes": "ETag", "x-amz-max-parts": "x" };
    assert.match(await attributes(page), /^400 InvalidArgument: Provided x-amz-max-parts not an integer/);
  });

  /** Header → status and what is read, as recorded. */
  const RANGES: Record<string, [status: number, content: string]> = {
    "bytes=1-0": [200, "0123456789"],
    "bytes=-1-": [200, "0123456789"],
    "bytes=0--1": [200, "0123456789"],
    "bytes=0-1,3-4,7-9": [200, "0123456789"],
    "0-1": [200, "0123456789"],
    "bytes=-": [200, "0123456789"],
    "bytes=-15": [206, "0123456789"],
    "bytes=-2": [206, "89"],
    "bytes=0-100": [206, "0123456789"],
  };

  it("read or copy a range that is none", async () => {
    for (const [range, [status, content]] of Object.entries(RANGES)) {
      const answer = await ask("GET", "/imports/a", { range });
      assert.deepEqual([answer.status, String(answer.body)], [status, content], range);
    }
    for (const range of ["bytes=-0", "bytes=100-200"])
      assert.match(await refusal("GET", "/imports/a", { range }), /^416 InvalidRange: /, range);
    const uploadId = await begun("copied");
    for (const range of ["0-8", "bytes=1-0", "bytes=1-", "bytes=-2", "bytes=0-1,3-4"]) {
      const headers = { "x-amz-copy-source": "/imports/a", "x-amz-copy-source-range": range };
      assert.match(
        await refusal("PUT", `/imports/copied?uploadId=${uploadId}&partNumber=2`, headers),
        /^400 InvalidArgument: The x-amz-copy-source-range value must be of the form bytes=first-last /,
        range,
      );
    }
    const copy = (name: string) =>
      refusal("PUT", "/imports/b", { "x-amz-copy-source": "/imports/a", [name]: "x" });
    assert.match(
      await copy("x-amz-metadata-directive"),
      /^400 InvalidArgument: Unknown metadata directive\./,
    );
    assert.match(await copy("x-amz-tagging-directive"), /^400 InvalidArgument: Unknown tagging directive\./);
  });

  it("have more than S3 takes, or tags in another form", async () => {
    const key = "ä".repeat(513);
    assert.equal(
      await refusal("PUT", `/imports/${encodeURIComponent(key)}`),
      "400 KeyTooLongError: Your key is too long",
    );
    const metadata = { "x-amz-meta-a": "x".repeat(2_048) };
    for (const [method, query] of [
      ["PUT", ""],
      ["POST", "?uploads"],
    ] as const)
      assert.equal(
        await refusal(method, `/imports/large${query}`, metadata),
        "400 MetadataTooLarge: Your metadata headers exceed the maximum allowed metadata size",
      );
    const tags = "key1=val1,key2=val2";
    assert.equal(
      await refusal("PUT", "/imports/tagged", { "x-amz-tagging": tags }),
      `400 InvalidArgument: The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates. (x-amz-tagging=${tags})`,
    );
    for (const name of ["large", "tagged", key])
      assert.equal(stores.library.object("imports", name), undefined);
    const { status } = await ask("PUT", "/imports/fits", { "x-amz-meta-a": "x".repeat(2_047) });
    assert.equal(status, 200);
  });

  it("store in pieces that are not whole", async () => {
    const headers = { "content-encoding": "aws-chunked" };
    for (const body of ["", "x", "-10\r\nx\r\n0\r\n", "5\r\nabc", "3\r\nabc\r\n", "3\r\nabcd\r\n0\r\n"])
      assert.match(await refusal("PUT", "/imports/pieces", headers, body), /^400 IncompleteBody: /, body);
    assert.equal(stores.library.object("imports", "pieces"), undefined);
    await ask("PUT", "/imports/pieces", headers, "3;chunk-signature=x\r\nabc\r\n0\r\n\r\n");
    assert.equal(await content("pieces"), "abc");
  });

  it("fail nowhere, whatever stands in a parameter, a header or the body of any operation", async () => {
    let asked = 0;
    for (const [method, key, query, headers = {}, body = ""] of whole(await begun("spoilt"))) {
      const url = (parameters: Headers) => `/imports${key}?${new URLSearchParams(parameters)}`;
      const answered = async (...request: Parameters<typeof ask>) => {
        const { status } = await ask(...request);
        assert.ok(status < 500 || status === 501, `${JSON.stringify(request)}: ${status}`);
        asked += 1;
        return status;
      };
      assert.notEqual(await answered(method, url(query), headers, body), 501, method + url(query));
      for (const name of Object.keys(query))
        for (const value of WRONG) await answered(method, url({ ...query, [name]: value }), headers, body);
      for (const name of Object.keys(headers))
        for (const value of WRONG) await answered(method, url(query), { ...headers, [name]: value }, body);
      const cut = Array.from({ length: body.length / 7 }, (_, part) => body.slice(0, 7 * part));
      for (const text of body === "" ? [] : [...WRONG, ...cut])
        await answered(method, url(query), headers, text);
    }
    assert.ok(asked > 500, String(asked));
  });
});
