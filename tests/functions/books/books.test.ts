import assert from "node:assert/strict";
import { programUnderTest } from "pulumi-tandem";
import { event, jsonEvent } from "../support/event.ts";

describe("books", () => {
  it("are added, read, changed, listed and deleted", async () => {
    const program = await programUnderTest();
    const dune = { title: "Dune", body: "Sand." };
    const added = await program.invoke("createBook", jsonEvent({ routeKey: "POST /books" }, dune));
    assert.equal(added.statusCode, 201);
    const { id } = JSON.parse(added.body);

    const path = { id };
    const one = "/books/{id}";
    const read = await program.invoke("readBook", event({ routeKey: `GET ${one}`, path }));
    assert.partialDeepStrictEqual(JSON.parse(read.body), { ...dune, version: 1 });
    const change = jsonEvent({ routeKey: `PATCH ${one}`, path }, { title: "Dune Messiah" });
    const changed = await program.invoke("updateBook", change);
    assert.partialDeepStrictEqual(JSON.parse(changed.body), { title: "Dune Messiah", version: 2 });
    const listed = await program.invoke("readBooks", event({ routeKey: "GET /books" }));
    assert.ok(JSON.parse(listed.body).items.some((book: { id: string }) => book.id === id));

    const deleted = await program.invoke("deleteBook", event({ routeKey: `DELETE ${one}`, path }));
    assert.equal(deleted.statusCode, 204);
    const gone = await program.invoke("readBook", event({ routeKey: `GET ${one}`, path }));
    assert.equal(gone.statusCode, 404);
  });
});
