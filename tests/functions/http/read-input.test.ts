import assert from "node:assert/strict";
import * as z from "zod/mini";
import { HttpError } from "../../../functions/http/http-error.ts";
import type { Operation } from "../../../functions/http/operation.ts";
import { readInput } from "../../../functions/http/read-input.ts";
import { text } from "../../../functions/http/schema.ts";
import { event, jsonEvent } from "../support/event.ts";

const operation = {
  summary: "For tests",
  path: z.strictObject({ id: text(1, 3) }),
  query: z.strictObject({ limit: z.optional(z.string()) }),
  body: z.strictObject({
    name: text(1, 5),
    count: z.optional(z.int().check(z.gte(1), z.lte(9))),
    tags: z.optional(z.array(text(1, 3)).check(z.maxLength(2))),
  }),
  ifMatch: true,
  answers: {},
} satisfies Operation;

const ROUTE_KEY = "PATCH /things/{id}";
const valid = { routeKey: ROUTE_KEY, path: { id: "1" } };

function messages(body: unknown, parts: Partial<Parameters<typeof event>[0]> = {}): string[] {
  try {
    readInput(operation, jsonEvent({ ...valid, ...parts }, body));
  } catch (error) {
    assert.ok(error instanceof HttpError);
    return (error.fields ?? []).map((field) => `${field.in} ${field.field}: ${field.message}`);
  }
  return [];
}

describe("readInput", () => {
  it("gives every part as its schema made it", () => {
    const request = jsonEvent(
      { ...valid, query: { limit: "2" }, headers: { "if-match": '"7"' } },
      { name: "x" },
    );
    assert.deepEqual(readInput(operation, request), {
      path: { id: "1" },
      query: { limit: "2" },
      body: { name: "x" },
      ifMatch: [7],
      idempotencyKey: undefined,
    });
  });

  it("names what is wrong in path, query, body and headers at once, each in plain words", () => {
    const body = { name: "", count: 10, tags: ["a", "cccc"], more: 1 };
    const parts = { path: { id: "1234" }, query: { limt: "1" }, headers: { "if-match": "7" } };
    assert.deepEqual(messages(body, parts), [
      "path id: Must have at most 3 characters",
      "query limt: Is not known here",
      "body name: Must have at least 1 characters",
      "body count: Must be at most 9",
      "body tags.1: Must have at most 3 characters",
      "body more: Is not known here",
      "header if-match: Must be * or 1 to 20 entity tags in quotes",
    ]);
  });

  it("says which kind of value it wants", () => {
    assert.deepEqual(messages({ name: 1, count: "1", tags: {} }), [
      "body name: Must be a string",
      "body count: Must be a number",
      "body tags: Must be an array",
    ]);
    assert.deepEqual(messages({ count: 1.5 }), [
      "body name: Is missing: must be a string",
      "body count: Must be a whole number",
    ]);
    assert.deepEqual(messages({ name: "x", tags: ["", "", ""] }), ["body tags: Must have at most 2 entries"]);
    assert.deepEqual(messages([]), ["body : Must be an object"]);
  });

  it("never repeats a value", () => {
    assert.ok(!JSON.stringify(messages({ name: "a password", count: "a password" })).includes("password"));
  });

  it("names at most 400 fields, however many are wrong", () => {
    const unknown = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`k${index}`, 1]));
    assert.equal(messages({ name: "x", ...unknown }).length, 400);
  });

  it("cuts the name of a field that is not known", () => {
    const [message = ""] = messages({ name: "x", ["y".repeat(10_000)]: 1 });
    assert.ok(message.length < 200);
  });

  it("refuses text that a store would change: NUL and halves of surrogate pairs", () => {
    for (const name of ["\0", "\ud83d", "a\udc00"]) {
      assert.deepEqual(messages({ name }), ["body name: Must be Unicode text without NUL"]);
    }
  });

  it("asks for nothing that the operation does not take", () => {
    const plain = { summary: "For tests", answers: {} } satisfies Operation;
    const request = event({
      routeKey: ROUTE_KEY,
      query: { any: "thing" },
      headers: { "if-match": "nonsense" },
    });
    assert.deepEqual(
      Object.values(readInput(plain, request)).filter((part) => part !== undefined),
      [],
    );
  });
});
