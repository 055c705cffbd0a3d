import assert from "node:assert/strict";
import { canonicalName, readHeaderFields } from "../../../../local/gateway/http/header-fields.ts";

describe("readHeaderFields", () => {
  it("writes names in lower case and joins duplicates with a comma, in order", () => {
    const { joined } = readHeaderFields(["X-A", "1", "Accept", "*/*", "x-a", "2", "X-A", ""]);
    assert.deepEqual(joined, { "x-a": "1,2,", accept: "*/*" });
  });

  it("keeps duplicates that Node would drop", () => {
    const { joined } = readHeaderFields([
      "User-Agent",
      "a",
      "User-Agent",
      "b",
      "Content-Type",
      "x",
      "Content-Type",
      "y",
    ]);
    assert.deepEqual(joined, { "user-agent": "a,b", "content-type": "x,y" });
  });

  it("takes cookies out, one entry each", () => {
    const { joined, cookies } = readHeaderFields(["Cookie", "a=1; b=2", "cookie", "c=3;;"]);
    assert.deepEqual(cookies, ["a=1", "b=2", "c=3"]);
    assert.deepEqual(joined, {});
  });

  it("has no cookies rather than an empty list", () => {
    assert.equal(readHeaderFields(["Cookie", " ; "]).cookies, undefined);
  });

  it("leaves out what belongs to the connection", () => {
    assert.deepEqual(
      readHeaderFields(["Connection", "keep-alive", "Transfer-Encoding", "chunked"]).joined,
      {},
    );
  });

  it("counts the bytes of the lines, also of those it leaves out", () => {
    assert.equal(
      readHeaderFields(["Host", "a", "Connection", "close"]).bytes,
      "Host: a\r\nConnection: close\r\n".length,
    );
  });

  it("takes __proto__ for a name like any other", () => {
    const { joined } = readHeaderFields(["__proto__", "a", "__PROTO__", "b"]);
    assert.equal(JSON.stringify(joined), '{"__proto__":"a,b"}');
    assert.equal(Object.getPrototypeOf(joined), Object.prototype);
  });
});

describe("canonicalName", () => {
  it("writes each part with a capital", () => {
    assert.equal(canonicalName("x-amzn-TRACE-id"), "X-Amzn-Trace-Id");
    assert.equal(canonicalName("host"), "Host");
  });
});
