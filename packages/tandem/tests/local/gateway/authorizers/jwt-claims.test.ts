import assert from "node:assert/strict";
import { audiencesOf, claimTexts, scopesOf } from "../../../../local/gateway/authorizers/jwt-claims.ts";

describe("claimTexts", () => {
  it("writes every claim as API Gateway does", () => {
    const claims = claimTexts({
      exp: 1795458129,
      groups: ["admin", "users"],
      email_verified: true,
      address: { b: 2, a: "x" },
    });
    assert.deepEqual(claims, {
      exp: "1795458129",
      groups: "[admin users]",
      email_verified: "true",
      address: "map[a:x b:2]",
    });
  });
});

describe("scopesOf", () => {
  it("reads scope and scp, as text and as list", () => {
    assert.deepEqual(scopesOf({ scope: "a b" }), ["a", "b"]);
    assert.deepEqual(scopesOf({ scp: ["a", "b"] }), ["a", "b"]);
    assert.deepEqual(scopesOf({ scope: "" }), []);
    assert.deepEqual(scopesOf({}), []);
  });
});

describe("audiencesOf", () => {
  it("looks at client_id only where aud is missing", () => {
    assert.deepEqual(audiencesOf({ aud: "a", client_id: "b" }), ["a"]);
    assert.deepEqual(audiencesOf({ aud: ["a", "c"] }), ["a", "c"]);
    assert.deepEqual(audiencesOf({ client_id: "b" }), ["b"]);
    assert.deepEqual(audiencesOf({}), []);
  });
});
