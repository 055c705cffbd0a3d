// #region books, movies
import assert from "node:assert/strict";
import { environment } from "../../functions/environment.ts";
import { FunctionThread } from "./support/function-thread.ts";

describe("environment", () => {
  it("gives a variable", () => {
    assert.equal(environment("PATH"), process.env.PATH);
  });

  it("names a variable that is missing", () => {
    assert.throws(() => environment("NO_SUCH_TABLE"), {
      message: "Missing environment variable NO_SUCH_TABLE",
    });
  });

  const needs = {
    "books/createBook": ["BOOKS_MONGODB_URI", "IDEMPOTENCY_TABLE"],
    "books/readBooks": ["BOOKS_MONGODB_URI"],
    "movies/putMovie": ["MOVIES_TABLE"],
    "movies/importMovies": ["MOVIES_TABLE", "IMPORTS_BUCKET"],
    "movies/changeMovies": ["MOVIES_TABLE"],
    "movies/reportMovies": ["MOVIES_TABLE", "REPORTS_TABLE"],
    "hello/hello": [],
    "openapi/readOpenapi": [],
  };

  let thread: FunctionThread;
  before(async () => {
    thread = await FunctionThread.load("hello/hello", {});
  });
  after(() => thread.end());

  for (const [file, variables] of Object.entries(needs)) {
    it(`is all that ${file} needs to load: ${variables.join(", ") || "nothing"}`, async () => {
      const given = Object.fromEntries(variables.map((name) => [name, "mongodb://127.0.0.1/books"]));
      await thread.loadAnew(file, given);
      for (const missing of variables) {
        const { [missing]: _, ...rest } = given;
        const message = `Missing environment variable ${missing}`;
        await assert.rejects(thread.loadAnew(file, rest), { message });
      }
    });
  }
});
