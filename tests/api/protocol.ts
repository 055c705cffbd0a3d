// #region books
import assert from "node:assert/strict";
import type { Client } from "./support/client.ts";
import { assertError, json, wrongFields } from "./support/client.ts";

/** What must hold of every route, on every backend. */
export function describeProtocol(api: () => Client): void {
  describe("protocol", () => {
    it("says hello", async () => {
      const answer = await api().get("/hello");
      assert.equal(answer.status, 200);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.equal(answer.body, '"Hello from Lambda!"');
    });

    it("describes itself", async () => {
      const answer = await api().get("/openapi.json");
      assert.equal(answer.status, 200);
      assert.equal(json(answer).openapi, "3.1.0");
    });

    it("takes JSON only as application/json", async () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
        const answer = await api().raw("POST", "/books", '{"title":"a","body":""}', { "content-type": type });
        assertError(answer, 415, "unsupported_media_type");
      }
      const headers = { "content-type": "application/json; charset=UTF-8" };
      assert.equal((await api().raw("POST", "/books", '{"title":"a","body":""}', headers)).status, 201);
    });

    it("refuses what is not JSON", async () => {
      for (const body of ["{", "", "nul", '{"title":"a",}', "\u0000"]) {
        const answer = await api().raw("POST", "/books", body, { "content-type": "application/json" });
        assert.equal(answer.status, 400, JSON.stringify(body));
      }
      const deep = "[".repeat(100_000) + "]".repeat(100_000);
      const answer = await api().raw("POST", "/books", deep, { "content-type": "application/json" });
      assert.deepEqual(wrongFields(answer), ["body:"]);
    });

    it("refuses a body that is too large", async () => {
      const answer = await api().send("POST", "/books", { title: "a", body: "x".repeat(600_000) });
      assertError(answer, 413, "body_too_large");
    });

    it("refuses a malformed If-Match and Idempotency-Key", async () => {
      const path = "/books/000000000000000000000000";
      assert.deepEqual(wrongFields(await api().delete(path, { "if-match": "1" })), ["header:if-match"]);
      const long = { "idempotency-key": "x".repeat(256) };
      const answer = await api().send("POST", "/books", { title: "a", body: "" }, long);
      assert.deepEqual(wrongFields(answer), ["header:idempotency-key"]);
    });
  });
}
