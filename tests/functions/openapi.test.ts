import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { handler } from "../../functions/openapi/readOpenapi.ts";
import { generateDescription, recordGuarded } from "../../packages/tandem/review/openapi/generate.ts";

const root = path.join(import.meta.dirname, "../..");

describe("API description", () => {
  let generated: Map<string, string>;
  before(async () => {
    generated = await generateDescription(root, await recordGuarded(root));
  });

  for (const file of ["openapi.json", "docs/tandem.postman_collection.json"]) {
    it(`is current: ${file} (npm run openapi writes it anew)`, () => {
      assert.equal(readFileSync(path.join(root, file), "utf8"), generated.get(file));
    });
  }

  it("is what GET /openapi.json answers with", async () => {
    const answer = await handler();
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), JSON.parse(generated.get("openapi.json") ?? ""));
  });

  it("refers only to components that it has", () => {
    const text = generated.get("openapi.json") ?? "";
    const { components } = JSON.parse(text);
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => String(name));
    // #region books, movies
    assert.ok(names.includes("Movie") && names.includes("Error"));
    // #endregion
    for (const name of names) assert.ok(components.schemas[name], name);
  });

  it("has an operation for every route, each with its errors", () => {
    const { paths } = JSON.parse(generated.get("openapi.json") ?? "");
    // #region books
    const post = paths["/books"].post;
    assert.deepEqual(Object.keys(post.responses), [
      "201",
      "400",
      "409",
      "413",
      "415",
      "422",
      "429",
      "431",
      "500",
      "503",
    ]);
    // #endregion
    // #region movies
    const patch = paths["/movies/{year}/{title}"].patch;
    assert.deepEqual(Object.keys(patch.responses), [
      "200",
      "400",
      "404",
      "409",
      "412",
      "413",
      "415",
      "429",
      "431",
      "500",
      "503",
    ]);
    // #endregion
    assert.deepEqual(Object.keys(paths["/hello"].get.responses), ["200", "413", "429", "431"]);
  });

  // #region movies
  it("makes a collection whose bodies fit the schemas", () => {
    const collection = JSON.parse(generated.get("docs/tandem.postman_collection.json") ?? "");
    const requests = collection.item.flatMap((folder: { item: unknown[] }) => folder.item) as {
      request: { method: string; url: { raw: string }; body?: { raw: string } };
    }[];
    const put = requests.find(({ request }) => request.method === "PUT");
    assert.equal(put?.request.url.raw, "{{baseUrl}}/movies/:year/:title");
    assert.deepEqual(JSON.parse(put?.request.body?.raw ?? ""), {
      info: {
        directors: ["directors"],
        actors: ["actors"],
        genres: ["genres"],
        rating: 0,
        runningTimeSecs: 1,
      },
    });
  });
  // #endregion
});
