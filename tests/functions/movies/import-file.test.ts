import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { importFile } from "../../../functions/movies/import-file.ts";
import type { Item } from "../../../functions/movies/item.ts";
import type { MovieRecord } from "../../../functions/movies/schema.ts";

const info = { directors: ["A"], actors: [], genres: ["Drama"], rating: 7.5, runningTimeSecs: 5400 };
const film = (title: string, more: object = {}): object => ({ year: 1999, title, info, ...more });

async function imported(text: string) {
  const batches: Item[][] = [];
  const rejections: [number, string[]][] = [];
  const chunks = (async function* () {
    yield Buffer.from(text);
  })();
  const summary = await importFile({
    chunks,
    version: 42,
    write: async (items) => {
      batches.push(items);
    },
    reject: (index, reasons) => rejections.push([index, reasons]),
  });
  return { summary, batches, rejections };
}

describe("importFile", () => {
  it("writes films in batches of 25", async () => {
    const films = Array.from({ length: 60 }, (_, index) => film(`Film ${index}`));
    const { summary, batches } = await imported(JSON.stringify(films));
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [25, 25, 10],
    );
    assert.deepEqual(summary, { imported: 60, rejected: 0 });
    assert.deepEqual(batches[0]?.[0], {
      year: { N: "1999" },
      title: { S: "Film 0" },
      info: {
        M: {
          directors: { L: [{ S: "A" }] },
          actors: { L: [] },
          genres: { L: [{ S: "Drama" }] },
          rating: { N: "7.5" },
          runningTimeSecs: { N: "5400" },
        },
      },
      version: { N: "42" },
    });
  });

  it("rejects a record that is wrong, by its place in the file, and goes on", async () => {
    const records = [film("a"), film("b", { year: "1999" }), film("c", { extra: 1 }), 7, film("d")];
    const { summary, batches, rejections } = await imported(JSON.stringify(records));
    assert.deepEqual(summary, { imported: 2, rejected: 3 });
    assert.deepEqual(rejections, [
      [1, ["year: Must be a number"]],
      [2, ["extra: Is not known here"]],
      [3, ["Must be an object"]],
    ]);
    assert.deepEqual(
      batches[0]?.map((item) => item.title?.S),
      ["a", "d"],
    );
  });

  it("rejects a record that is not JSON, and goes on", async () => {
    const { summary, rejections } = await imported(`[{"year":1999,},${JSON.stringify(film("b"))}]`);
    assert.deepEqual(summary, { imported: 1, rejected: 1 });
    assert.deepEqual(rejections, [[0, ["is not JSON"]]]);
  });

  it("writes the later of two records of one film, never both in one batch", async () => {
    const { batches } = await imported(
      JSON.stringify([film("a"), film("a", { info: { ...info, rating: 1 } })]),
    );
    assert.equal(batches.length, 1);
    assert.equal(batches[0]?.length, 1);
    assert.equal(batches[0]?.[0]?.info?.M?.rating?.N, "1");
  });

  it("takes the whole of the sample films", async () => {
    const text = readFileSync(path.join(import.meta.dirname, "../../../data/movies.json"), "utf8");
    const { summary } = await imported(text);
    assert.deepEqual(summary, { imported: (JSON.parse(text) as MovieRecord[]).length, rejected: 0 });
  });
});
