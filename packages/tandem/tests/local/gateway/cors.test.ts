import assert from "node:assert/strict";
import { type CorsRules, isPreflight, preflightAnswer, withCors } from "../../../local/gateway/cors.ts";

const rules: CorsRules = {
  allowOrigins: ["https://app.example.com"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["content-type"],
  exposeHeaders: ["etag"],
  allowCredentials: true,
  maxAge: 300,
};

describe("isPreflight", () => {
  it("wants OPTIONS, an origin and the method asked for", () => {
    const headers = { origin: "https://a", "access-control-request-method": "PUT" };
    assert.equal(isPreflight("OPTIONS", headers), true);
    assert.equal(isPreflight("GET", headers), false);
    assert.equal(isPreflight("OPTIONS", { origin: "https://a" }), false);
    assert.equal(isPreflight("OPTIONS", { "access-control-request-method": "PUT" }), false);
  });
});

describe("preflightAnswer", () => {
  it("tells an allowed origin everything that is configured", () => {
    assert.deepEqual(preflightAnswer(rules, "https://app.example.com"), {
      status: 204,
      headers: [
        ...["Access-Control-Allow-Origin", "https://app.example.com"],
        ...["Access-Control-Allow-Methods", "GET,POST"],
        ...["Access-Control-Allow-Headers", "content-type"],
        ...["Access-Control-Allow-Credentials", "true"],
        ...["Access-Control-Max-Age", "300"],
      ],
      body: "",
    });
  });

  it("tells any other origin nothing", () => {
    for (const origin of [
      "https://evil.example.com",
      "https://app.example.com.evil.com",
      "null",
      undefined,
    ]) {
      assert.deepEqual(preflightAnswer(rules, origin), { status: 204, headers: [], body: "" });
    }
  });

  it("leaves out what is not configured", () => {
    const bare = {
      allowOrigins: ["*"],
      allowMethods: [],
      allowHeaders: [],
      exposeHeaders: [],
      allowCredentials: false,
    };
    assert.deepEqual(preflightAnswer(bare, "https://a").headers, ["Access-Control-Allow-Origin", "*"]);
  });

  it("takes https://* for every origin of that scheme", () => {
    const schemes = { ...rules, allowOrigins: ["https://*"] };
    assert.equal(preflightAnswer(schemes, "https://any.example.com").headers[1], "https://any.example.com");
    assert.deepEqual(preflightAnswer(schemes, "http://any.example.com").headers, []);
  });
});

describe("withCors", () => {
  const own = ["access-control-allow-origin", "*", "X-A", "1", "Access-Control-Expose-Headers", "x"];

  it("puts the gateway's headers in place of the function's", () => {
    const { headers } = withCors({ status: 200, headers: own, body: "" }, rules, "https://app.example.com");
    assert.deepEqual(headers, [
      ...["X-A", "1"],
      ...["Access-Control-Allow-Origin", "https://app.example.com"],
      ...["Access-Control-Allow-Credentials", "true"],
      ...["Access-Control-Expose-Headers", "etag"],
    ]);
  });

  it("takes the function's away also where the origin is not allowed", () => {
    assert.deepEqual(withCors({ status: 200, headers: own, body: "" }, rules, "https://b").headers, [
      "X-A",
      "1",
    ]);
    assert.deepEqual(withCors({ status: 200, headers: own, body: "" }, rules, undefined).headers, [
      "X-A",
      "1",
    ]);
  });
});
