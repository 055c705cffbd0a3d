import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Client } from "./support/client.ts";
import { assertError, json, wrongFields } from "./support/client.ts";

/** What must hold of books, on every backend. */
export function describeBooks(api: () => Client): void {
  describe("books", () => {
    it("creates a book and says where it is", async () => {
      const answer = await api().send("POST", "/books", { title: "Emma", body: "Emma Woodhouse, handsome" });
      assert.equal(answer.status, 201);
      const book = json(answer);
      assert.equal(answer.headers.location, `/books/${book.id}`);
      assert.equal(answer.headers.etag, '"1"');
      assert.deepEqual(Object.keys(book), ["id", "title", "body", "version", "createdAt", "updatedAt"]);
      assert.equal(book.title, "Emma");
      assert.equal(book.body, "Emma Woodhouse, handsome");
      assert.equal(book.version, 1);
    });

    it("reads a book as it was created", async () => {
      const book = await api().book("Ulysses", "Stately, plump Buck Mulligan");
      const answer = await api().get(`/books/${book.id}`);
      assert.equal(answer.status, 200);
      assert.deepEqual(json(answer), book);
    });

    it("keeps any Unicode text and an empty body", async () => {
      const book = await api().book("Žluťoučký kůň 🐎", "");
      assert.deepEqual(json(await api().get(`/books/${book.id}`)), book);
    });

    it("changes only the fields that are sent, and counts the version", async () => {
      const book = await api().book("Old title", "Same body");
      const answer = await api().send("PATCH", `/books/${book.id}`, { title: "New title" });
      assert.equal(answer.status, 200);
      const { updatedAt, ...changed } = json(answer);
      assert.deepEqual(changed, {
        id: book.id,
        title: "New title",
        body: "Same body",
        version: 2,
        createdAt: book.createdAt,
      });
      assert.ok(updatedAt >= String(book.createdAt));
      assert.equal(answer.headers.etag, '"2"');
    });

    it("refuses a stale change with 412 and leaves the book as it is", async () => {
      const book = await api().book();
      const current = await api().send("PATCH", `/books/${book.id}`, { title: "By another" });
      const stale = await api().send(
        "PATCH",
        `/books/${book.id}`,
        { title: "Too late" },
        { "if-match": '"1"' },
      );
      assertError(stale, 412, "precondition_failed");
      assert.deepEqual(json(await api().get(`/books/${book.id}`)), json(current));
      assertError(await api().delete(`/books/${book.id}`, { "if-match": '"1"' }), 412, "precondition_failed");
    });

    it("changes and deletes the version that If-Match names", async () => {
      const book = await api().book();
      const changed = await api().send("PATCH", `/books/${book.id}`, { body: "2" }, { "if-match": '"1"' });
      assert.equal(changed.status, 200);
      const deleted = await api().delete(`/books/${book.id}`, { "if-match": String(changed.headers.etag) });
      assert.equal(deleted.status, 204);
      assert.equal(deleted.body, "");
    });

    it("answers 404 for a book that is not there, and for what is no id", async () => {
      const book = await api().book();
      assert.equal((await api().delete(`/books/${book.id}`)).status, 204);
      for (const id of [book.id, "000000000000000000000000", "1", "undefined", "%7B%22$gt%22:%22%22%7D"]) {
        assertError(await api().get(`/books/${id}`), 404, "not_found");
        assertError(await api().send("PATCH", `/books/${id}`, { title: "x" }), 404, "not_found");
        assertError(await api().delete(`/books/${id}`, { "if-match": '"1"' }), 404, "not_found");
      }
    });

    it("names every wrong field of a new book", async () => {
      const answer = await api().send("POST", "/books", { title: "", body: 7, author: "x", $where: "1" });
      assert.deepEqual(wrongFields(answer).sort(), ["body:$where", "body:author", "body:body", "body:title"]);
      assert.deepEqual(wrongFields(await api().send("POST", "/books", {})).sort(), [
        "body:body",
        "body:title",
      ]);
      assert.deepEqual(wrongFields(await api().send("POST", "/books", [])), ["body:"]);
    });

    it("refuses a change of nothing", async () => {
      const book = await api().book();
      assert.deepEqual(wrongFields(await api().send("PATCH", `/books/${book.id}`, {})), ["body:"]);
    });

    it("lists page after page without a gap or a repeat", async () => {
      const added = [await api().book("1"), await api().book("2"), await api().book("3")];
      const seen: string[] = [];
      let next: string | undefined;
      do {
        const answer = await api().get(`/books?limit=2${next ? `&cursor=${next}` : ""}`);
        assert.equal(answer.status, 200, answer.body);
        const page = json(answer);
        assert.ok(page.items.length <= 2);
        seen.push(...page.items.map((book: { id: string }) => book.id));
        next = page.next;
      } while (next);
      assert.equal(new Set(seen).size, seen.length);
      for (const { id } of added) assert.ok(seen.includes(id));
    });

    it("refuses a wrong limit, a cursor that it never gave and an unknown parameter", async () => {
      for (const query of ["limit=0", "limit=101", "limit=ten", "limit=1.5", "limit=", "limit=1&limit=2"]) {
        assert.deepEqual(wrongFields(await api().get(`/books?${query}`)), ["query:limit"], query);
      }
      assert.deepEqual(wrongFields(await api().get("/books?cursor=abc")), ["query:cursor"]);
      assert.deepEqual(wrongFields(await api().get("/books?title=Emma")), ["query:title"]);
    });

    it("tells the same answer again under one Idempotency-Key", async () => {
      const headers = { "idempotency-key": randomUUID() };
      const first = await api().send("POST", "/books", { title: "Once", body: "" }, headers);
      const { id } = json(first);
      await api().send("PATCH", `/books/${id}`, { title: "Changed since" });
      const again = await api().send("POST", "/books", { body: "", title: "Once" }, headers);
      assert.equal(first.status, 201);
      assert.deepEqual([again.status, again.body], [first.status, first.body]);
      assert.equal(again.headers.location, first.headers.location);
      assert.equal((await api().delete(`/books/${id}`)).status, 204);
      assert.equal(
        (await api().send("POST", "/books", { title: "Once", body: "" }, headers)).body,
        first.body,
      );
      assertError(await api().get(`/books/${id}`), 404, "not_found");
    });

    it("refuses an Idempotency-Key with another body", async () => {
      const headers = { "idempotency-key": randomUUID() };
      await api().send("POST", "/books", { title: "One", body: "" }, headers);
      const other = await api().send("POST", "/books", { title: "Two", body: "" }, headers);
      assertError(other, 422, "idempotency_key_reused");
    });
  });
}
