import assert from "node:assert/strict";
import { MAX_BODY_BYTES, readBody } from "../../../functions/http/read-body.ts";
import { event } from "../support/event.ts";

const bodyOf = (body: string, type = "application/json", base64 = false) =>
  readBody(event({ routeKey: "POST /orders", headers: { "content-type": type }, body, base64 }));

describe("readBody", () => {
  it("parses JSON, as text or as base64", () => {
    assert.deepEqual(bodyOf('{"title":"Amélie"}'), { title: "Amélie" });
    assert.deepEqual(bodyOf('{"title":"Amélie"}', "application/json", true), { title: "Amélie" });
  });

  it("takes the content types of JSON, with UTF-8 or no charset", () => {
    const types = [
      "Application/JSON",
      'application/json;charset="utf-8"',
      " application/merge-patch+json ; charset=UTF-8",
    ];
    for (const type of types) assert.equal(bodyOf("1", type), 1, type);
  });

  it("refuses any other content type with 415", () => {
    for (const type of [
      "",
      "text/json",
      "application/json; charset=latin1",
      "application/json5",
      "text/plain, application/json",
    ]) {
      assert.throws(() => bodyOf("1", type), { status: 415, code: "unsupported_media_type" }, type);
    }
  });

  it("says that a body is missing", () => {
    const fields = [{ in: "body", field: "", message: "Is missing: must be a JSON object" }];
    assert.throws(() => readBody(event({ routeKey: "POST /orders" })), { status: 400, fields });
    assert.throws(() => bodyOf(""), { status: 400, fields });
  });

  it("counts the limit in bytes, after base64", () => {
    const largest = JSON.stringify("é".repeat((MAX_BODY_BYTES - 2) / 2));
    assert.equal(Buffer.byteLength(largest), MAX_BODY_BYTES);
    assert.equal(typeof bodyOf(largest), "string");
    assert.equal(typeof bodyOf(largest, "application/json", true), "string");
    assert.throws(() => bodyOf(`${largest} `), { status: 413, code: "body_too_large" });
  });

  it("refuses JSON that is malformed or not UTF-8 with 400", () => {
    for (const body of ["{", "{'a':1}", "NaN", "[1,]"]) {
      assert.throws(() => bodyOf(body), { status: 400, code: "malformed_json" }, body);
    }
    const latin1 = event({
      routeKey: "POST /orders",
      headers: { "content-type": "application/json" },
      body: "",
    });
    const broken = {
      ...latin1,
      body: Buffer.from([0x22, 0xe9, 0x22]).toString("base64"),
      isBase64Encoded: true,
    };
    assert.throws(() => readBody(broken), { status: 400, code: "malformed_json" });
  });
});
