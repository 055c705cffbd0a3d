/** Lists of a bucket, as S3 was recorded to give them; how it encodes keys is told by clients that read them. */
import assert from "node:assert/strict";
import { unescapeXml } from "../../../local/read-xml.ts";
import { ownStores } from "./asked-in-process.ts";

type Query = Record<string, string>;

describe("lists of a bucket", () => {
  const { askS3 } = ownStores({ buckets: { plain: {}, folders: {}, versioned: { versioning: "Enabled" } } });

  async function put(bucket: string, ...keys: string[]): Promise<void> {
    for (const key of keys) {
      const url = `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
      const { status } = await askS3("PUT", url);
      assert.equal(status, 200, key);
    }
  }

  /** Each element of the answer that holds text alone, as it stands in the XML; none that is empty. */
  async function list(bucket: string, query: Query = {}): Promise<[name: string, text: string][]> {
    const url = `/${bucket}?${new URLSearchParams(query)}`;
    const answer = await askS3("GET", url);
    assert.equal(answer.status, 200, String(answer.body));
    return [...String(answer.body).matchAll(/<(\w+)>([^<]+)<\/\1>/g)].map(([, name = "", text = ""]) => [
      name,
      unescapeXml(text),
    ]);
  }

  const VARIES = new Set(["ETag", "LastModified", "Size", "StorageClass", "VersionId", "IsLatest"]);
  const reported = async (bucket: string, query: Query) =>
    (await list(bucket, query)).filter(([name]) => !VARIES.has(name)).map((field) => field.join(" "));
  const keys = async (bucket: string, query: Query = {}) =>
    (await list(bucket, query)).filter(([name]) => name === "Key").map(([, key]) => key);

  const KEYS = ["100%", "a&b <c>/d", "a+b", "a b", "date=1/~(x)*!", "%F0%9F%98%80", "ä/😀"];
  const ENCODED = ["%25F0%259F%2598%2580", "100%25", "a+b", "a%26b+%3Cc%3E/d", "a%2Bb"];
  const MORE_ENCODED = ["date%3D1/%7E%28x%29*%21", "%C3%A4/%F0%9F%98%80"];
  const KINDS: Query[] = [{}, { "list-type": "2" }, { versions: "" }];

  it("encode keys as a form does, but for slashes, where that is asked for", async () => {
    for (const [bucket, kinds] of [
      ["plain", KINDS.slice(0, 2)],
      ["versioned", KINDS],
    ] as const) {
      await put(bucket, ...KEYS);
      for (const kind of kinds) {
        const encoded = await keys(bucket, { ...kind, "encoding-type": "url" });
        assert.deepEqual(encoded, [...ENCODED, ...MORE_ENCODED]);
        const plain = await keys(bucket, kind);
        assert.deepEqual(plain.toSorted(), KEYS.toSorted());
        // As boto3 reads them.
        assert.deepEqual(
          encoded.map((key) => decodeURIComponent(key.replaceAll("+", " "))),
          plain,
        );
      }
    }
  });

  it("encode what was asked for and what comes next as well", async () => {
    const asked = { "encoding-type": "url", prefix: "a", delimiter: "&", "max-keys": "1" };
    const common = ["Name plain", "Prefix a", "MaxKeys 1", "Delimiter %26", "EncodingType url"];
    const rest = ["IsTruncated true", "Marker a+b", "NextMarker a%26", "Prefix a%26"];
    assert.deepEqual(await reported("plain", { ...asked, marker: "a b" }), [...common, ...rest]);
    const second = { ...asked, "list-type": "2", prefix: "date=", "start-after": "a+b" };
    assert.deepEqual(await reported("plain", second), [
      "Name plain",
      "Prefix date%3D",
      "MaxKeys 1",
      "Delimiter %26",
      "EncodingType url",
      "IsTruncated false",
      "KeyCount 1",
      "StartAfter a%2Bb",
      "Key date%3D1/%7E%28x%29*%21",
    ]);
    const versions = { ...asked, versions: "", "key-marker": "a b" };
    assert.deepEqual(await reported("versioned", versions), [
      ...common.map((field) => field.replace("plain", "versioned")),
      "IsTruncated true",
      "KeyMarker a+b",
      "NextKeyMarker a%26",
      "Prefix a%26",
    ]);
    assert.deepEqual(await reported("plain", { prefix: "a&b <" }), [
      "Name plain",
      "Prefix a&b <",
      "MaxKeys 1000",
      "IsTruncated false",
      "Key a&b <c>/d",
    ]);
  });

  it("have no keys and no further page when none are asked for", async () => {
    await put("versioned", "a+b");
    for (const kind of KINDS) {
      const fields = await reported("versioned", { ...kind, "max-keys": "0" });
      const counted = "list-type" in kind ? ["KeyCount 0"] : [];
      assert.deepEqual(fields, ["Name versioned", "MaxKeys 0", "IsTruncated false", ...counted]);
    }
  });

  it("have each key and each common prefix on one page, in the order of their bytes", async () => {
    const ordered = ["B", "Z/1", "a", "b/1", "b/2", "\uff5e", "😀"];
    await put("folders", ...ordered.toReversed());
    const expected = ["Key B", "Prefix Z/", "Key a", "Prefix b/", "Key \uff5e", "Key 😀"];
    const paged = async (kind: Query, next: string, parameter: string) => {
      const found: string[] = [];
      let more: Query | undefined = {};
      while (more) {
        const page = await list("folders", { ...kind, ...more, delimiter: "/", "max-keys": "1" });
        const entry = page.filter(([name]) => name === "Key" || name === "Prefix");
        found.push(...entry.map((field) => field.join(" ")));
        const [, token] = page.find(([name]) => name === next) ?? [];
        more = token === undefined ? undefined : { [parameter]: token };
        assert.ok(found.length <= expected.length, found.join());
      }
      return found;
    };
    assert.deepEqual(await paged({}, "NextMarker", "marker"), expected);
    const second = { "list-type": "2" };
    assert.deepEqual(await paged(second, "NextContinuationToken", "continuation-token"), expected);
    assert.deepEqual(await keys("folders"), ordered);
  });

  it("name the next marker with a delimiter alone, and no start beside a token", async () => {
    assert.deepEqual(await reported("folders", { "max-keys": "1" }), [
      "Name folders",
      "MaxKeys 1",
      "IsTruncated true",
      "Key B",
    ]);
    const token = Buffer.from("b/1").toString("base64");
    const asked = { "list-type": "2", "start-after": "a", "continuation-token": token, "max-keys": "1" };
    assert.deepEqual(await reported("folders", asked), [
      "Name folders",
      "MaxKeys 1",
      "IsTruncated true",
      "KeyCount 1",
      `ContinuationToken ${token}`,
      `NextContinuationToken ${Buffer.from("b/2").toString("base64")}`,
      "Key b/2",
    ]);
  });
});
