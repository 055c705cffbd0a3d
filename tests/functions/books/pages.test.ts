import assert from "node:assert/strict";
import { event, jsonEvent } from "../support/event.ts";
import { FunctionThread } from "../support/function-thread.ts";
import { startStores } from "../support/stores.ts";

const BOOKS = 25;
/** Bytes: Lambda answers with at most 6 MB. */
const LARGEST_ANSWER = 6_000_000;

describe("GET /books with long books", () => {
  it("gives shorter pages than Lambda can answer with, and leaves no book out", async () => {
    const { environment, mongo } = await startStores();
    // A database of its own: no other test should have to look through books this long.
    const BOOKS_MONGODB_URI = `mongodb://${mongo.host}:${mongo.port}/long-books`;
    const thread = await FunctionThread.load("books/createBook", { ...environment, BOOKS_MONGODB_URI });
    // In UTF-8 300 KB each: all of them are more than one answer can hold.
    const body = "字".repeat(100_000);
    for (let count = 0; count < BOOKS; count++) {
      const reply = await thread.request(jsonEvent({ routeKey: "POST /books" }, { title: "long", body }));
      assert.equal(reply.statusCode, 201);
    }
    const pages: number[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: "100", ...(cursor && { cursor }) };
      const page = await thread.request(event({ routeKey: "GET /books", query }), "books/readBooks");
      assert.ok(Buffer.byteLength(page.body ?? "") < LARGEST_ANSWER);
      const { items, next } = JSON.parse(page.body ?? "");
      pages.push(items.filter(({ title }: { title: string }) => title === "long").length);
      cursor = next;
    } while (cursor);
    assert.equal(
      pages.reduce((sum, length) => sum + length),
      BOOKS,
    );
    assert.ok(pages.length > 1);
    await thread.end();
  });
});
