import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Client } from "./support/client.ts";
import { assertError, json, wrongFields } from "./support/client.ts";

const info = {
  directors: ["John Woo"],
  actors: ["John Travolta", "Nicolas Cage"],
  genres: ["Action", "Thriller"],
  rating: 7.3,
  runningTimeSecs: 8280,
};

/** What must hold of films, on every backend. */
export function describeMovies(api: () => Client): void {
  describe("movies", () => {
    it("creates a film, and the same again changes nothing", async () => {
      const path = api().film();
      const created = await api().send("PUT", path, { info });
      assert.equal(created.status, 201);
      const again = await api().send("PUT", path, { info });
      assert.equal(again.status, 200);
      assert.equal(again.body, created.body);
      assert.equal(again.headers.etag, created.headers.etag);
      assert.deepEqual(json(await api().get(path)), json(created));
    });

    it("replaces a film", async () => {
      const path = api().film();
      const created = json(await api().send("PUT", path, { info }));
      const answer = await api().send("PUT", path, { info: { ...info, rating: 8, actors: [] } });
      assert.equal(answer.status, 200);
      const replaced = json(answer);
      assert.deepEqual(replaced.info, { ...info, rating: 8, actors: [] });
      assert.equal(replaced.version, created.version + 1);
    });

    for (const title of [
      "Face/Off",
      "Amélie",
      "2 + 2",
      "100 % Wolf",
      "What? & Why #1",
      "a//b",
      "..",
      "千と千尋",
    ]) {
      it(`takes a title like ${JSON.stringify(title)}`, async () => {
        // The name of the run stands last, so that "../" and a leading slash stay what they are.
        const full = `${title} ${randomUUID()}`;
        const path = `/movies/1997/${encodeURIComponent(full)}`;
        const created = await api().send("PUT", path, { info });
        assert.equal(created.status, 201, created.body);
        assert.equal(json(created).title, full);
        assert.equal(json(await api().get(path)).title, full);
        assert.equal((await api().delete(path)).status, 204);
      });
    }

    it("changes parts of a film's info", async () => {
      const path = api().film();
      await api().send("PUT", path, { info });
      const answer = await api().send("PATCH", path, { info: { rating: 9.9, genres: [] } });
      assert.equal(answer.status, 200);
      assert.deepEqual(json(answer).info, { ...info, rating: 9.9, genres: [] });
      assert.deepEqual(json(await api().get(path)), json(answer));
    });

    it("refuses a stale write with 412, whatever the method", async () => {
      const path = api().film();
      const stale = { "if-match": String((await api().send("PUT", path, { info })).headers.etag) };
      const current = await api().send("PATCH", path, { info: { rating: 1 } }, stale);
      assert.equal(current.status, 200);
      assertError(await api().send("PUT", path, { info }, stale), 412, "precondition_failed");
      assertError(
        await api().send("PATCH", path, { info: { rating: 2 } }, stale),
        412,
        "precondition_failed",
      );
      assertError(await api().delete(path, stale), 412, "precondition_failed");
      assert.equal((await api().get(path)).body, current.body);
      assert.equal((await api().delete(path, { "if-match": String(current.headers.etag) })).status, 204);
    });

    it("does not take a tag of a film that was deleted for the film created after it", async () => {
      const path = api().film();
      const old = { "if-match": String((await api().send("PUT", path, { info })).headers.etag) };
      await api().delete(path);
      await api().send("PUT", path, { info: { ...info, rating: 1 } });
      assertError(await api().send("PATCH", path, { info: { rating: 2 } }, old), 412, "precondition_failed");
    });

    it("creates nothing under If-Match", async () => {
      const path = api().film();
      assertError(await api().send("PUT", path, { info }, { "if-match": "*" }), 412, "precondition_failed");
      assertError(await api().get(path), 404, "not_found");
    });

    it("answers 404 for a film that is not there", async () => {
      const path = api().film();
      assertError(await api().get(path), 404, "not_found");
      assertError(await api().send("PATCH", path, { info: { rating: 1 } }), 404, "not_found");
      assertError(await api().delete(path), 404, "not_found");
    });

    it("names every wrong field of path and body at once", async () => {
      const body = { info: { ...info, rating: 11, actors: "Nicolas Cage", budget: 1 }, version: 1 };
      const answer = await api().send("PUT", "/movies/97/Film", body);
      assert.deepEqual(wrongFields(answer).sort(), [
        "body:info.actors",
        "body:info.budget",
        "body:info.rating",
        "body:version",
        "path:year",
      ]);
    });

    it("lists the films of a year by title, page after page", async () => {
      const run = randomUUID();
      for (const title of ["b", "a", "c"]) {
        await api().send("PUT", `/movies/1896/${run}-${title}`, { info });
      }
      const titles: string[] = [];
      let next: string | undefined;
      do {
        const page = json(await api().get(`/movies?year=1896&limit=2${next ? `&cursor=${next}` : ""}`));
        titles.push(...page.items.map((movie: { title: string }) => movie.title));
        next = page.next;
      } while (next);
      assert.deepEqual(titles, [...titles].sort());
      assert.deepEqual(
        titles.filter((title) => title.startsWith(run)),
        [`${run}-a`, `${run}-b`, `${run}-c`],
      );
    });

    it("gives one bounded page when no year is named", async () => {
      await api().send("PUT", api().film(), { info });
      await api().send("PUT", api().film(), { info });
      const page = json(await api().get("/movies?limit=1"));
      assert.equal(page.items.length, 1);
      assert.equal(typeof page.next, "string");
      assert.equal((await api().get(`/movies?limit=1&cursor=${page.next}`)).status, 200);
    });

    it("goes on behind the same title where the year is another one", async () => {
      const run = randomUUID();
      for (const title of ["a", "b", "c"]) await api().send("PUT", `/movies/1894/${run}-${title}`, { info });
      for (const title of ["b", "bb"]) await api().send("PUT", `/movies/1895/${run}-${title}`, { info });
      const titlesOf = ({ items }: { items: { title: string }[] }) =>
        items.map(({ title }) => title).filter((title) => title.startsWith(run));
      const cursors = new Map<string, string>();
      let next = "";
      do {
        const page = json(await api().get(`/movies?year=1894&limit=1${next && `&cursor=${next}`}`));
        next = page.next ?? "";
        for (const title of titlesOf(page)) cursors.set(title, next);
      } while (next);
      const behind = (title: string) =>
        api().get(`/movies?year=1895&cursor=${cursors.get(`${run}-${title}`)}`);
      assert.deepEqual(titlesOf(json(await behind("a"))), [`${run}-b`, `${run}-bb`]);
      assert.deepEqual(titlesOf(json(await behind("b"))), [`${run}-bb`]);
      assert.equal((await api().get(`/movies?limit=1&cursor=${cursors.get(`${run}-a`)}`)).status, 200);
    });

    it("refuses a cursor that was changed, a wrong limit and a wrong year", async () => {
      await api().send("PUT", api().film(), { info });
      const { next } = json(await api().get("/movies?limit=1"));
      const changed = (next.startsWith("A") ? "B" : "A") + next.slice(1);
      assert.deepEqual(wrongFields(await api().get(`/movies?cursor=${changed}`)), ["query:cursor"]);
      assert.deepEqual(wrongFields(await api().get("/movies?year=1&limit=0")).sort(), [
        "query:limit",
        "query:year",
      ]);
    });
  });
}
