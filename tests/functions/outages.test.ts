// #region books, movies
/** Stores that are away, slow or broken, through a proxy that misbehaves as networks do. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { event, jsonEvent } from "./support/event.ts";
import { FunctionThread, type Reply } from "./support/function-thread.ts";
import { environmentFor, startStores } from "./support/stores.ts";
import { type Behaviour, TcpProxy } from "./support/tcp-proxy.ts";

const info = { directors: [], actors: [], genres: [], rating: 5, runningTimeSecs: 60 };
const film = { routeKey: "PUT /movies/{year}/{title+}", path: { year: "1999", title: "Outage" } };

/** Functions and a request that each of them answers with its store. */
const functions = {
  mongo: {
    "books/readBooks": () => event({ routeKey: "GET /books" }),
    "books/createBook": () => jsonEvent({ routeKey: "POST /books" }, { title: "a", body: "" }),
  },
  dynamo: {
    "movies/readMovies": () => event({ routeKey: "GET /movies" }),
    "movies/putMovie": () =>
      jsonEvent(film, { info: { ...info, runningTimeSecs: 1 + Math.floor(Math.random() * 9_999) } }),
  },
};

/** Milliseconds within which an answer must be there, whatever the store does. */
const LONGEST = 6_000;

async function inTime(answer: Promise<Reply>): Promise<Reply> {
  const late = Symbol("late");
  const first = await Promise.race([answer, pause(LONGEST, late, { ref: false })]);
  assert.notEqual(first, late, `no answer within ${LONGEST} ms`);
  return first as Reply;
}

describe("a store that is away", () => {
  const proxies = new Map<string, TcpProxy>();
  const threads = new Map<string, FunctionThread>();

  before(async () => {
    const stores = await startStores();
    for (const store of ["mongo", "dynamo"] as const) {
      const proxy = new TcpProxy(stores[store]);
      await proxy.start();
      proxies.set(store, proxy);
    }
    const environment = environmentFor({ mongo: proxy("mongo").address, dynamo: proxy("dynamo").address });
    for (const file of Object.values(functions).flatMap((requests) => Object.keys(requests))) {
      threads.set(file, await FunctionThread.load(file, environment));
    }
  });

  after(async () => {
    for (const thread of threads.values()) await thread.end();
    for (const proxy of proxies.values()) await proxy.stop();
  });

  const proxy = (store: string): TcpProxy => proxies.get(store) ?? assert.fail(`no proxy of ${store}`);
  const thread = (file: string): FunctionThread => threads.get(file) ?? assert.fail(`${file} is not loaded`);

  for (const [store, requests] of Object.entries(functions)) {
    const other = store === "mongo" ? functions.dynamo : functions.mongo;

    for (const behaviour of [
      "refuse",
      "swallow",
      "delay",
      "half-close",
      "cut-answers",
    ] satisfies Behaviour[]) {
      it(`${store}, ${behaviour}: 503 in time, then the first request after it succeeds on the same worker`, async () => {
        await proxy(store).behave(behaviour);
        const refused = async ([file, request]: [string, () => unknown]) => {
          const reply = await inTime(thread(file).request(request()));
          assert.equal(reply.statusCode, 503, `${file}: ${reply.body}`);
          assert.match(reply.headers?.["retry-after"] ?? "", /^\d+$/);
          assert.equal(JSON.parse(reply.body ?? "").error.code, "store_unavailable");
        };
        await Promise.all(Object.entries(requests).map(refused));
        for (const [file, request] of Object.entries(other)) {
          assert.ok((await thread(file).request(request())).statusCode < 300, `${file} has another store`);
        }
        await proxy(store).behave("pass");
        for (const [file, request] of Object.entries(requests)) {
          const reply = await thread(file).request(request());
          assert.ok(reply.statusCode < 300, `${file}: ${reply.body}`);
        }
      });
    }

    it(`${store}: connections cut between two requests are noticed by neither`, async () => {
      for (const [file, request] of Object.entries(requests)) {
        assert.ok((await thread(file).request(request())).statusCode < 300);
        await proxy(store).cut();
        assert.ok((await thread(file).request(request())).statusCode < 300);
      }
    });
  }

  it("is logged with what went wrong, and with no connection string, body or header", async () => {
    await proxy("mongo").behave("refuse");
    const secret = "a text that only the body holds";
    const request = jsonEvent(
      { routeKey: "POST /books", headers: { authorization: "Bearer token-of-somebody" } },
      { title: secret, body: secret },
    );
    assert.equal((await thread("books/createBook").request(request)).statusCode, 503);
    await proxy("mongo").behave("pass");
    const { log } = thread("books/createBook");
    const line = log.split("\n").findLast((text) => text.includes('"level":"ERROR"')) ?? "{}";
    const { message, error, request_id, cold_start } = JSON.parse(line);
    assert.equal(message, "store_unavailable");
    assert.equal(error.name, "StoreUnavailable");
    assert.ok(error.cause.name);
    assert.ok(request_id);
    assert.equal(typeof cold_start, "boolean");
    for (const text of [secret, "token-of-somebody", "mongodb://", "secret-of-the-tests"]) {
      assert.ok(!log.includes(text), `the log holds ${text}`);
    }
  });
}).slow(5_000);
