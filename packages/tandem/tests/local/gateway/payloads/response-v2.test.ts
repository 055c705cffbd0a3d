import assert from "node:assert/strict";
import fc from "fast-check";
import { responseV2 } from "../../../../local/gateway/payloads/response-v2.ts";

function answer(result: unknown) {
  return responseV2(JSON.stringify(result));
}

/** The reason why a result is no answer. */
function reason(result: unknown): string {
  const formatted = answer(result);
  return "bad" in formatted ? formatted.bad : assert.fail(`${JSON.stringify(result)} was taken`);
}

const json = ["Content-Type", "application/json"];
const plain = ["Content-Type", "text/plain; charset=utf-8"];

describe("responseV2", () => {
  it("sends a result without statusCode as it is, as JSON with 200", () => {
    assert.deepEqual(responseV2('{"a": [1, 2]}'), { status: 200, headers: json, body: '{"a": [1, 2]}' });
    assert.deepEqual(answer([1]), { status: 200, headers: json, body: "[1]" });
    assert.deepEqual(answer(42), { status: 200, headers: json, body: "42" });
    assert.deepEqual(answer({ body: "x" }), { status: 200, headers: json, body: '{"body":"x"}' });
  });

  it("sends a bare text without the quotes of its JSON", () => {
    assert.deepEqual(answer('Hello, "you"'), { status: 200, headers: json, body: 'Hello, "you"' });
  });

  it("sends null for a handler that returned nothing", () => {
    assert.deepEqual(responseV2(undefined), { status: 200, headers: json, body: "null" });
  });

  it("takes a status as number or as text", () => {
    assert.deepEqual(answer({ statusCode: 201 }), { status: 201, headers: plain, body: "" });
    assert.deepEqual(answer({ statusCode: "404" }), { status: 404, headers: plain, body: "" });
  });

  it("refuses a status that does not parse", () => {
    for (const statusCode of [0, 99, 100, 600, 200.5, "abc", "", "2e2", null, true, {}, [200]]) {
      assert.match(reason({ statusCode }), /statusCode is/);
    }
  });

  it("keeps a content type in any spelling, and texts, numbers and booleans as header values", () => {
    const headers = { "CONTENT-type": "text/html", "X-N": 5, "X-B": false, "X-Null": null };
    assert.deepEqual(answer({ statusCode: 200, headers }), {
      status: 200,
      headers: ["CONTENT-type", "text/html", "X-N", "5", "X-B", "false"],
      body: "",
    });
  });

  it("sends one content type, the last, in whatever spelling it is given", () => {
    const headers = { "Content-Type": "text/plain", "content-type": "text/html", "X-A": "1" };
    assert.deepEqual(answer({ statusCode: 200, headers }), {
      status: 200,
      headers: ["content-type", "text/html", "X-A", "1"],
      body: "",
    });
  });

  it("puts cookies before a set-cookie of the headers, and sends both", () => {
    const formatted = answer({
      statusCode: 200,
      headers: { "set-cookie": "c=3" },
      cookies: ["a=1", "b=2; Secure"],
    });
    assert.deepEqual("headers" in formatted && formatted.headers.slice(0, 6), [
      "Set-Cookie",
      "a=1",
      "Set-Cookie",
      "b=2; Secure",
      "set-cookie",
      "c=3",
    ]);
  });

  it("decodes a body that is said to be base64", () => {
    const body = Buffer.from([0, 255, 16]);
    assert.deepEqual(answer({ statusCode: 200, body: body.toString("base64"), isBase64Encoded: true }), {
      status: 200,
      headers: plain,
      body,
    });
  });

  it("drops headers of the connection, which are the gateway's own", () => {
    const headers = {
      "Content-Length": "3",
      Connection: "close",
      "transfer-encoding": "chunked",
      "x-a": "1",
    };
    assert.deepEqual(answer({ statusCode: 200, headers }), {
      status: 200,
      headers: ["x-a", "1", ...plain],
      body: "",
    });
  });

  it("refuses a body, headers or cookies of another shape, and says which", () => {
    assert.match(reason({ statusCode: 200, body: { a: 1 } }), /body is of type object.*JSON\.stringify/);
    assert.match(reason({ statusCode: 200, body: 5 }), /body is of type number/);
    assert.match(reason({ statusCode: 200, headers: ["a"] }), /headers is not an object/);
    assert.match(reason({ statusCode: 200, cookies: "a=1" }), /cookies is not an array/);
    assert.match(reason({ statusCode: 200, headers: { "x-a": ["1"] } }), /header x-a is an array/);
  });

  it("refuses a header that would break the answer apart", () => {
    assert.match(reason({ statusCode: 200, headers: { "x-a": "1\r\nx-b: 2" } }), /x-a/);
    assert.match(reason({ statusCode: 200, headers: { "x a": "1" } }), /x a/);
    assert.match(reason({ statusCode: 200, cookies: ["a=1\n"] }), /Set-Cookie/);
  });

  it("makes an answer or a reason of any JSON", () => {
    const shaped = fc.record(
      { statusCode: fc.anything(), headers: fc.anything(), cookies: fc.anything(), body: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), shaped), (result) => {
        let payload: string | undefined;
        try {
          payload = JSON.stringify(result);
        } catch {
          return; // a cycle or a bigint: the worker never gets that far
        }
        const formatted = responseV2(payload);
        assert.ok("bad" in formatted || (formatted.status >= 200 && formatted.status <= 599));
      }),
    );
  });
});
