import assert from "node:assert/strict";
import { readIdempotencyKey } from "../../../functions/http/idempotency-key.ts";
import { event } from "../support/event.ts";

const ROUTE_KEY = "POST /orders";
const keyOf = (key: string, claims?: Record<string, string>) =>
  readIdempotencyKey(
    event({ routeKey: ROUTE_KEY, headers: { "idempotency-key": key }, ...(claims && { claims }) }),
  );

describe("readIdempotencyKey", () => {
  it("is undefined without the header", () => {
    assert.equal(readIdempotencyKey(event({ routeKey: ROUTE_KEY })), undefined);
  });

  it("is the same for the same caller, and another for each key and each caller", () => {
    const anna = { iss: "https://issuer.example", sub: "anna" };
    assert.equal(keyOf("1", anna), keyOf("1", anna));
    const keys = [keyOf("1"), keyOf("2"), keyOf("1", anna), keyOf("1", { ...anna, sub: "ben" })];
    assert.equal(new Set(keys).size, keys.length);
  });

  it("never holds the key itself", () => {
    assert.match(keyOf("my-secret-key") ?? "", /^[0-9a-f]{64}$/);
  });

  it("refuses an empty key, a long one and one that is not visible ASCII", () => {
    for (const key of ["", "x".repeat(256), "a b", "é"]) {
      assert.throws(() => keyOf(key), { status: 400, code: "invalid_input" }, key);
    }
  });
});
