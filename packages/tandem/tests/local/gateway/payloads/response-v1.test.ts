import assert from "node:assert/strict";
import { type ResponseV1Rules, responseV1 } from "../../../../local/gateway/payloads/response-v1.ts";

const http: ResponseV1Rules = { protocol: "HTTP", binaryMediaTypes: [], accept: undefined };
const rest: ResponseV1Rules = { protocol: "REST", binaryMediaTypes: [], accept: undefined };

function answer(result: unknown, rules: ResponseV1Rules) {
  return responseV1(JSON.stringify(result), rules);
}

function reason(result: unknown, rules: ResponseV1Rules): string {
  const formatted = answer(result, rules);
  return "bad" in formatted ? formatted.bad : assert.fail(`${JSON.stringify(result)} was taken`);
}

describe("responseV1", () => {
  it("wants an object with a status", () => {
    for (const result of ["text", null, [1]]) assert.match(reason(result, http), /wants an object/);
    assert.match(reason({ body: "x" }, http), /statusCode/);
    assert.match(reason({ body: "x" }, rest), /statusCode/);
  });

  it("is 200 with an empty body where a REST API gets headers alone", () => {
    const headers = ["test-header", "value", "Content-Type", "application/json"];
    const alone = { headers: { "test-header": "value" } };
    assert.deepEqual(answer(alone, rest), { status: 200, headers, body: "" });
    assert.match(reason(alone, http), /statusCode/);
    assert.match(reason({}, rest), /statusCode/);
  });

  it("wants lists in multiValueHeaders of a REST API", () => {
    const result = { statusCode: 200, multiValueHeaders: { a: "text" } };
    assert.match(reason(result, rest), /takes lists in multiValueHeaders, and a is none/);
    assert.equal("bad" in answer(result, http), false);
  });

  it("has another content type by default for each kind of API", () => {
    const result = { statusCode: 200, body: "x" };
    assert.deepEqual(answer(result, http), {
      status: 200,
      headers: ["Content-Type", "text/plain; charset=utf-8"],
      body: "x",
    });
    assert.deepEqual(answer(result, rest), {
      status: 200,
      headers: ["Content-Type", "application/json"],
      body: "x",
    });
  });

  it("sends one content type, the last, however often and in whatever spelling it is given", () => {
    const headers = { "Content-Type": "text/plain", "x-a": "1", "content-type": "text/html" };
    for (const rules of [http, rest])
      assert.deepEqual(answer({ statusCode: 200, headers }, rules), {
        status: 200,
        headers: ["x-a", "1", "content-type", "text/html"],
        body: "",
      });
    const multiValueHeaders = { "Content-Type": ["text/css", "text/csv"] };
    const types = (rules: ResponseV1Rules) => {
      const formatted = answer({ statusCode: 200, headers, multiValueHeaders }, rules);
      return "bad" in formatted ? formatted.bad : formatted.headers;
    };
    assert.deepEqual(types(http), ["x-a", "1", "Content-Type", "text/csv"]);
    assert.deepEqual(types(rest), ["x-a", "1", "content-type", "text/html"]);
  });

  it("sends single and multiple headers, in the order that AWS does", () => {
    const result = {
      statusCode: 200,
      headers: { "content-type": "text/html", "x-a": "single" },
      multiValueHeaders: { "x-a": ["1", "2"] },
    };
    const single = ["content-type", "text/html", "x-a", "single"];
    const multiple = ["x-a", "1", "x-a", "2"];
    assert.deepEqual(answer(result, http), { status: 200, headers: [...single, ...multiple], body: "" });
    assert.deepEqual(answer(result, rest), { status: 200, headers: [...multiple, ...single], body: "" });
  });

  it("refuses what a REST API does not know, and lets it pass for an HTTP API", () => {
    const result = { statusCode: 200, cookies: ["a=1"] };
    assert.match(reason(result, rest), /knows no cookies/);
    assert.equal("bad" in answer(result, http), false);
  });

  it("decodes base64 for a REST API only when the caller accepts a binary media type", () => {
    const result = { statusCode: 200, body: "AP8=", isBase64Encoded: true };
    const binary = { ...rest, binaryMediaTypes: ["image/*"] };
    const body = (rules: ResponseV1Rules) => (answer(result, rules) as { body: unknown }).body;
    assert.deepEqual(body({ ...binary, accept: "image/png, text/html" }), Buffer.from([0, 255]));
    assert.equal(body({ ...binary, accept: "text/html, image/png" }), "AP8=");
    assert.equal(body({ ...binary, accept: undefined }), "AP8=");
    assert.deepEqual(body({ ...binary, binaryMediaTypes: ["*/*"] }), Buffer.from([0, 255]));
    assert.deepEqual(body(http), Buffer.from([0, 255]));
  });

  it("refuses a body or headers of another shape", () => {
    assert.match(reason({ statusCode: 200, body: {} }, rest), /body is of type object/);
    assert.match(reason({ statusCode: 200, multiValueHeaders: "x" }, rest), /multiValueHeaders/);
    assert.match(reason({ statusCode: 200, headers: "x" }, rest), /headers/);
  });
});
