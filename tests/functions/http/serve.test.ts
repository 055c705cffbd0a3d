import assert from "node:assert/strict";
import type { Context } from "aws-lambda";
import * as z from "zod/mini";
import { json } from "../../../functions/http/answer.ts";
import {
  conflict,
  HttpError,
  notFound,
  preconditionFailed,
  tooManyRequests,
} from "../../../functions/http/http-error.ts";
import { serve } from "../../../functions/http/serve.ts";
import { StoreConflict, StoreUnavailable } from "../../../functions/stores/failures.ts";
import { event, REQUEST_ID } from "../support/event.ts";

const operation = { summary: "For tests", answers: { 200: z.string() } };
const context = { functionName: "tandem-test-thing", awsRequestId: "from-lambda" } as Context;
const request = event({ routeKey: "GET /thing" });

describe("serve", () => {
  it("answers with what the work gives, and counts it", async () => {
    const handler = serve(operation, async () => json(200, "done"));
    const { result, lines } = await captured(() => handler(request, context));
    assert.deepEqual(result, {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '"done"',
    });
    assert.equal(lines.length, 1);
    assert.equal(lines[0]?.Read, 1);
    assert.equal(lines[0]?.function_name, "tandem-test-thing");
  });

  it("counts what was created", async () => {
    const handler = serve(operation, async () => json(201, "made"));
    const { lines } = await captured(() => handler(event({ routeKey: "POST /thing" }), context));
    assert.deepEqual([lines[0]?.Created, lines[0]?.Read], [1, undefined]);
  });

  const refusals: [HttpError, number, string, string?][] = [
    [notFound("thing"), 404, "not_found"],
    [conflict("It is taken"), 409, "conflict"],
    [preconditionFailed("thing"), 412, "precondition_failed"],
    [tooManyRequests("At most 5 a minute", 12), 429, "too_many_requests", "12"],
    [new HttpError(410, "gone", "It was here", { retryAfterSeconds: 3 }), 410, "gone", "3"],
  ];
  for (const [error, status, code, retryAfter] of refusals) {
    it(`turns a refusal with ${status} into its answer, without a line in the log`, async () => {
      const { result, lines } = await captured(() =>
        serve(operation, () => Promise.reject(error))(request, context),
      );
      assert.equal(result.statusCode, status);
      assert.equal(result.headers?.["retry-after"], retryAfter);
      assert.deepEqual(JSON.parse(result.body ?? ""), {
        error: { code, message: error.message, requestId: REQUEST_ID },
      });
      assert.deepEqual(lines, []);
    });
  }

  it("turns a write that met another one into a 409 with retry-after", async () => {
    const met = new StoreConflict("somebody else's", { cause: new Error("driver text") });
    const { result } = await captured(() => serve(operation, () => Promise.reject(met))(request, context));
    assert.equal(result.statusCode, 409);
    assert.equal(result.headers?.["retry-after"], "1");
    assert.ok(!result.body?.includes("driver text") && !result.body?.includes("somebody else's"));
  });

  it("turns a store that is away into a 503 with retry-after", async () => {
    const away = new StoreUnavailable("gone", { cause: new Error("mongodb://user:password@host") });
    const { result, lines } = await captured(() =>
      serve(operation, () => Promise.reject(away))(request, context),
    );
    assert.equal(result.statusCode, 503);
    assert.equal(result.headers?.["retry-after"], "2");
    assert.ok(!JSON.stringify([result, lines]).includes("password"));
    assert.equal(lines.find((line) => line.Failures)?.Failures, 1);
  });

  it("tells the caller nothing of a mistake of its own, and the log what and where it is", async () => {
    const handler = serve(operation, async () => {
      throw new TypeError("Cannot read properties of undefined (reading 'items')");
    });
    const { result, lines } = await captured(() => handler(request, context));
    assert.equal(result.statusCode, 500);
    assert.doesNotMatch(result.body ?? "", /items|TypeError|serve\.test/);
    const line = lines.find((entry) => entry.level === "ERROR") as {
      error: { name: string; message: string; frames: string[] };
    };
    assert.equal(line.error.name, "TypeError");
    assert.equal(line.error.message, "Cannot read properties of undefined (reading 'items')");
    assert.match(line.error.frames[0] ?? "", /serve\.test/);
  });
});

/** What a piece of work wrote to the log, line by line as JSON. */
async function captured<T>(work: () => Promise<T>): Promise<{ result: T; lines: Record<string, unknown>[] }> {
  const written: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write);
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      written.push(String(chunk));
      return true;
    };
  }
  try {
    const result = await work();
    return {
      result,
      lines: written
        .join("")
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line)),
    };
  } finally {
    streams.forEach((stream, index) => {
      const original = originals[index];
      if (original) stream.write = original;
    });
  }
}
