// #region books, movies
/** Whatever is sent, and wherever: an answer below 500, in the API's own shape, and nothing of the program's insides. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { codePoint } from "../../packages/tandem/tests/support/code-point.ts";
import { event, type RequestParts } from "./support/event.ts";
import { FunctionThread, type Reply } from "./support/function-thread.ts";
import { startStores } from "./support/stores.ts";

const jsonType = { "content-type": "application/json" };

/** Texts that have broken programs before, besides any other. */
const text = fc.oneof(
  fc.string({ unit: codePoint }),
  fc.constantFrom(
    "__proto__",
    "constructor",
    "toString",
    '{"$gt":""}',
    "$where",
    "\0",
    "\ud800",
    "\udc00x",
    "%00",
    "../../etc/passwd",
    "' OR 1=1 --",
    "1e999",
    "-0",
    "NaN",
    "9007199254740993",
    "x".repeat(100_000),
  ),
);

const operator = fc.constantFrom(
  { $gt: "" },
  { $ne: null },
  { $where: "sleep(1000)" },
  { $regex: ".*" },
  { S: "x" },
);
const anyJson = fc.oneof(
  fc.jsonValue({ stringUnit: codePoint, maxDepth: 5 }),
  operator,
  fc.dictionary(text, fc.oneof(text, operator), { maxKeys: 4 }),
);
const deep = fc.constantFrom(
  "[".repeat(100_000) + "]".repeat(100_000),
  `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`,
);
const body = fc.oneof(
  { arbitrary: anyJson.map((value) => JSON.stringify(value)), weight: 4 },
  { arbitrary: text, weight: 4 },
  // Two bodies of up to 600 kB each: some of all are enough.
  { arbitrary: deep, weight: 1 },
);

const info = fc.record(
  { directors: anyJson, actors: anyJson, genres: anyJson, rating: anyJson, runningTimeSecs: anyJson },
  { requiredKeys: [] },
);
const bookBody = fc.record(
  { title: fc.oneof(text, anyJson), body: fc.oneof(text, anyJson) },
  { requiredKeys: [] },
);
const movieBody = fc.record({ info: fc.oneof(info, anyJson) });
const asText = (value: unknown) => JSON.stringify(value);

const query = fc.dictionary(fc.oneof(fc.constantFrom("limit", "cursor", "year"), text), text, { maxKeys: 3 });
const headers = fc.record(
  { "if-match": text, "idempotency-key": text, "content-type": text },
  { requiredKeys: [] },
);
const withBody = headers.map((hostile) => ({ ...hostile, ...jsonType }));
const bookPath = fc.record({ id: fc.oneof(text, fc.stringMatching(/^[0-9a-f]{24}$/)) });
const moviePath = fc.record({ year: fc.oneof(text, fc.constant("1999")), title: text });
const base64 = fc.boolean();

const requests: Record<string, fc.Arbitrary<RequestParts>> = {
  "books/createBook": fc.record({
    routeKey: fc.constant("POST /books"),
    headers: withBody,
    body: fc.oneof(body, bookBody.map(asText)),
    base64,
  }),
  "books/readBooks": fc.record({ routeKey: fc.constant("GET /books"), headers, query }),
  "books/readBook": fc.record({ routeKey: fc.constant("GET /books/{id}"), headers, path: bookPath }),
  "books/updateBook": fc.record({
    routeKey: fc.constant("PATCH /books/{id}"),
    headers: withBody,
    path: bookPath,
    body: fc.oneof(body, bookBody.map(asText)),
    base64,
  }),
  "books/deleteBook": fc.record({ routeKey: fc.constant("DELETE /books/{id}"), headers, path: bookPath }),
  "movies/readMovies": fc.record({ routeKey: fc.constant("GET /movies"), headers, query }),
  "movies/readMovie": fc.record({
    routeKey: fc.constant("GET /movies/{year}/{title+}"),
    headers,
    path: moviePath,
  }),
  "movies/putMovie": fc.record({
    routeKey: fc.constant("PUT /movies/{year}/{title+}"),
    headers: withBody,
    path: moviePath,
    body: fc.oneof(body, movieBody.map(asText)),
    base64,
  }),
  "movies/updateMovie": fc.record({
    routeKey: fc.constant("PATCH /movies/{year}/{title+}"),
    headers: withBody,
    path: moviePath,
    body: fc.oneof(body, movieBody.map(asText)),
    base64,
  }),
  "movies/deleteMovie": fc.record({
    routeKey: fc.constant("DELETE /movies/{year}/{title+}"),
    headers,
    path: moviePath,
  }),
};

describe("hostile input", () => {
  let thread: FunctionThread;

  before(async () => {
    thread = await FunctionThread.load("hello/hello", (await startStores()).environment);
  });
  after(() => thread.end());

  for (const [file, request] of Object.entries(requests)) {
    it(`is answered by ${file} with less than 500 and without insides`, async () => {
      await fc.assert(
        fc.asyncProperty(request, async (parts) => assertDecent(await thread.request(event(parts), file))),
        { numRuns: 150 },
      );
    });
  }

  it("changes no prototype", async () => {
    const polluting =
      '{"title":"a","body":"","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const reply = await thread.request(
      event({ routeKey: "POST /books", headers: jsonType, body: polluting }),
      "books/createBook",
    );
    assert.equal(reply.statusCode, 400);
    assert.deepEqual(
      JSON.parse(reply.body ?? "")
        .error.fields.map(({ field }: { field: string }) => field)
        .sort(),
      ["__proto__", "constructor"],
    );
  });

  it("never reaches a filter as an operator", async () => {
    const parts = { routeKey: "GET /books/{id}", path: { id: '{"$gt":""}' } };
    assert.equal((await thread.request(event(parts), "books/readBook")).statusCode, 404);
    const cursor = Buffer.from('{"$gt":""}').toString("base64url");
    const listing = event({ routeKey: "GET /books", query: { cursor } });
    assert.equal((await thread.request(listing, "books/readBooks")).statusCode, 400);
  });
});

function assertDecent(reply: Reply): void {
  assert.ok(reply.statusCode >= 200 && reply.statusCode < 500, `${reply.statusCode} ${reply.body}`);
  assert.doesNotMatch(reply.body ?? "", /node_modules|\.ts:\d+|\n\s+at |Mongo[A-Z]|Exception/);
  if (reply.statusCode < 400) return;
  const { error } = JSON.parse(reply.body ?? "");
  assert.match(error.code, /^[a-z_]+$/);
  assert.equal(typeof error.message, "string");
  assert.ok(Buffer.byteLength(reply.body ?? "") < 100_000, "an error is no echo of what was sent");
}
