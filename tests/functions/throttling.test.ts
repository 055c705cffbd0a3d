// #region books, movies
/** What DynamoDB answers when it is busy, broken or refuses, and what becomes of it. */
import assert from "node:assert/strict";
import { DynamoStub, failure } from "./support/dynamo-stub.ts";
import { event, jsonEvent } from "./support/event.ts";
import { FunctionThread } from "./support/function-thread.ts";
import { environmentFor } from "./support/stores.ts";

describe("a DynamoDB that answers with errors", () => {
  const stub = new DynamoStub();
  let read: FunctionThread;
  let put: FunctionThread;

  before(async () => {
    await stub.start();
    const environment = environmentFor({ dynamo: stub.address, mongo: "127.0.0.1:9" });
    read = await FunctionThread.load("movies/readMovie", environment);
    put = await FunctionThread.load("movies/putMovie", environment);
  });
  after(async () => {
    await read.end();
    await put.end();
    await stub.stop();
  });

  const path = { year: "1999", title: "The Matrix" };
  const request = event({ routeKey: "GET /movies/{year}/{title+}", path });

  for (const [name, status] of [
    ["ProvisionedThroughputExceededException", 400],
    ["ThrottlingException", 400],
    ["RequestLimitExceeded", 400],
    ["InternalServerError", 500],
    ["ServiceUnavailable", 503],
  ] as const) {
    it(`is tried again, then a 503: ${name}`, async () => {
      stub.answer(failure(name, status));
      const reply = await read.request(request);
      assert.equal(reply.statusCode, 503, reply.body);
      assert.equal(reply.headers?.["retry-after"], "2");
      assert.equal(stub.calls.length, 3);
      assert.ok(!reply.body?.includes(name));
    });
  }

  it("is an answer as ever when it was busy only once", async () => {
    stub.answer(failure("ThrottlingException"), () => ({ body: {} }));
    assert.equal((await read.request(request)).statusCode, 404);
    assert.equal(stub.calls.length, 2);
  });

  for (const name of ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"]) {
    it(`is a mistake of the program, not tried again and named in the log: ${name}`, async () => {
      stub.answer(failure(name));
      const reply = await read.request(request);
      assert.equal(reply.statusCode, 500);
      assert.equal(stub.calls.length, 1);
      assert.ok(!reply.body?.includes(name));
      assert.match(read.log, new RegExp(`"name":"${name}"`));
    });
  }

  it("is a 409, not tried again, when a transaction holds the item", async () => {
    stub.answer(() => ({ body: {} }), failure("TransactionConflictException"));
    const info = { directors: [], actors: [], genres: [], rating: 1, runningTimeSecs: 1 };
    const routeKey = "PUT /movies/{year}/{title+}";
    const reply = await put.request(jsonEvent({ routeKey, path }, { info }));
    assert.equal(reply.statusCode, 409, reply.body);
    assert.equal(reply.headers?.["retry-after"], "1");
    assert.equal(JSON.parse(reply.body ?? "").error.code, "conflict");
    assert.deepEqual(
      stub.calls.map(({ operation }) => operation),
      ["GetItem", "UpdateItem"],
    );
  });

  it("is asked with a condition when a version is expected, and with none that can fail otherwise", async () => {
    const info = { directors: [], actors: [], genres: [], rating: 1, runningTimeSecs: 1 };
    stub.answer(() => ({ body: {} }));
    const routeKey = "PUT /movies/{year}/{title+}";
    await put.request(jsonEvent({ routeKey, path, headers: { "if-match": '"7"' } }, { info }));
    await put.request(jsonEvent({ routeKey, path }, { info }));
    const writes = stub.calls.filter(({ operation }) => operation === "UpdateItem");
    assert.deepEqual(
      writes.map(({ input }) => input.ConditionExpression),
      ["#version IN (:version0)", undefined],
    );
  });
});
