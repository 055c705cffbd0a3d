// #region books or movies
/** What the cases say to an API, in few words. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiAnswer, Backend } from "./backend.ts";

export class Client {
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get(target: string): Promise<ApiAnswer> {
    return this.#backend.send({ method: "GET", target });
  }

  delete(target: string, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.#backend.send({ method: "DELETE", target, headers });
  }

  /** With a JSON body. */
  send(
    method: string,
    target: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> {
    return this.raw(method, target, JSON.stringify(body), { "content-type": "application/json", ...headers });
  }

  raw(method: string, target: string, body: string, headers: Record<string, string>): Promise<ApiAnswer> {
    return this.#backend.send({ method, target, headers, body });
  }

  /** A new book. */
  async book(
    title = "Moby-Dick",
    body = "Call me Ishmael.",
  ): Promise<Record<string, unknown> & { id: string }> {
    const answer = await this.send("POST", "/books", { title, body });
    assert.equal(answer.status, 201, answer.body);
    return JSON.parse(answer.body);
  }

  /** Path of a film that no other test knows. */
  film(title = "Film"): string {
    return `/movies/1897/${encodeURIComponent(`${title} ${randomUUID()}`)}`;
  }
}

export const json = (answer: ApiAnswer) => JSON.parse(answer.body);

/** The answer is an error of this status and code, in the one shape that errors have. */
export function assertError(answer: ApiAnswer, status: number, code: string): void {
  assert.equal(answer.status, status, answer.body);
  assert.equal(answer.headers["content-type"], "application/json");
  const { error, ...rest } = json(answer);
  assert.deepEqual(rest, {});
  assert.equal(error.code, code);
  assert.equal(typeof error.message, "string");
  assert.ok(error.requestId, "an error names the request");
}

/** The fields that an answer calls wrong, as `place:field`. */
export function wrongFields(answer: ApiAnswer): string[] {
  assertError(answer, 400, "invalid_input");
  return json(answer).error.fields.map(
    (wrong: { in: string; field: string }) => `${wrong.in}:${wrong.field}`,
  );
}
