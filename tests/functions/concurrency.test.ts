// #region books, movies
/** Many callers at once, on several workers, as in Lambda: each worker serves one request at a time. */
import assert from "node:assert/strict";
import { POOL_SIZE } from "../../packages/components/connection-budget.ts";
import { event, jsonEvent, type RequestParts } from "./support/event.ts";
import { FunctionThread, type Reply } from "./support/function-thread.ts";
import { environmentFor, startStores } from "./support/stores.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

/** One that changes what another has read is all it takes, and each loads the SDKs for itself. */
const WORKERS = 2;
const REQUESTS = 40;
const WARM_CALLS = 200;

describe("functions under concurrent requests", () => {
  /** Between the reader and its MongoDB. */
  let proxy: TcpProxy;
  /** Each loads one function after another, and the SDKs of all of them once. */
  const workers: FunctionThread[] = [];
  /** Reads while the workers change: it has the one request at a time that each of them has. */
  let reader: FunctionThread;

  before(async () => {
    const { environment, mongo, dynamo } = await startStores();
    proxy = new TcpProxy(mongo);
    await proxy.start();
    const proxied = environmentFor({ mongo: proxy.address, dynamo: `127.0.0.1:${dynamo.port}` });
    reader = await FunctionThread.load("books/readBook", proxied);
    for (let count = 0; count < WORKERS; count++)
      workers.push(await FunctionThread.load("books/createBook", environment));
  });

  after(async () => {
    for (const thread of [reader, ...workers]) await thread?.end();
    await proxy?.stop();
  });

  /**
   * Runs `work` REQUESTS times on WORKERS workers of one function, each with one request at a time. The `first` request
   * of each worker connects it, one worker after the other: on a busy machine all at once may run out of time.
   */
  const inParallel = async <T>(
    file: string,
    first: unknown,
    work: (worker: FunctionThread, index: number) => Promise<T>,
  ): Promise<T[]> => {
    for (const worker of workers) assert.notEqual((await worker.request(first, file)).statusCode, 503);
    const results: T[] = [];
    let next = 0;
    const run = async (worker: FunctionThread) => {
      while (next < REQUESTS) results.push(await work(worker, next++));
    };
    await Promise.all(workers.map(run));
    return results;
  };

  const book = async (thread: FunctionThread): Promise<{ id: string }> => {
    const event = jsonEvent({ routeKey: "POST /books" }, { title: "0", body: "" });
    return JSON.parse((await thread.request(event, "books/createBook")).body ?? "");
  };

  it(`makes one book of ${REQUESTS} POSTs with one Idempotency-Key, and tells all the same`, async () => {
    const parts = { routeKey: "POST /books", headers: { "idempotency-key": "concurrent" } };
    const body = { title: "Only one", body: "of many" };
    const replies = await inParallel("books/createBook", jsonEvent(parts, body), (worker) =>
      worker.request(jsonEvent(parts, body), "books/createBook"),
    );
    assert.equal(replies.length, REQUESTS);
    assert.deepEqual([...new Set(replies.map(({ statusCode }) => statusCode))], [201]);
    assert.equal(new Set(replies.map((reply) => reply.body)).size, 1);
    assert.equal((await allBooks()).filter(({ title }) => title === body.title).length, 1);
  });

  const allBooks = async (): Promise<{ title: string }[]> => {
    const books: { title: string }[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: "100", ...(cursor && { cursor }) };
      const page = JSON.parse(
        (await reader.request(event({ routeKey: "GET /books", query }), "books/readBooks")).body ?? "",
      );
      books.push(...page.items);
      cursor = page.next;
    } while (cursor);
    return books;
  };

  it(`loses none of ${REQUESTS} changes of a book that name the version they have seen`, async () => {
    const { id } = await book(reader);
    const path = { id };
    const current = () => reader.request(event({ routeKey: "GET /books/{id}", path }), "books/readBook");
    const change = (worker: FunctionThread, title: string, tag: string) =>
      worker.request(
        jsonEvent({ routeKey: "PATCH /books/{id}", path, headers: { "if-match": tag } }, { title }),
        "books/updateBook",
      );
    const missing = { routeKey: "PATCH /books/{id}", path: { id: "0".repeat(24) } };
    await inParallel("books/updateBook", jsonEvent(missing, { title: "x" }), (worker) =>
      increment(current, (reply, tag) =>
        change(worker, String(Number(JSON.parse(reply.body ?? "").title) + 1), tag),
      ),
    );
    const { title, version } = JSON.parse((await current()).body ?? "");
    assert.deepEqual([title, version], [String(REQUESTS), REQUESTS + 1]);
  });

  it(`loses none of ${REQUESTS} changes of a film that name the version they have seen`, async () => {
    const path = { year: "1931", title: "M" };
    const info = { directors: [], actors: [], genres: [], rating: 8, runningTimeSecs: 1 };
    const route = "/movies/{year}/{title+}";
    await reader.request(jsonEvent({ routeKey: `PUT ${route}`, path }, { info }), "movies/putMovie");
    const current = () => reader.request(event({ routeKey: `GET ${route}`, path }), "movies/readMovie");
    const change = (worker: FunctionThread, runningTimeSecs: number, tag: string) => {
      const parts: RequestParts = { routeKey: `PATCH ${route}`, path, headers: { "if-match": tag } };
      return worker.request(jsonEvent(parts, { info: { runningTimeSecs } }), "movies/updateMovie");
    };
    const missing = { routeKey: `PATCH ${route}`, path: { year: "1931", title: "None" } };
    await inParallel("movies/updateMovie", jsonEvent(missing, { info: { rating: 1 } }), (worker) =>
      increment(current, (reply, tag) =>
        change(worker, JSON.parse(reply.body ?? "").info.runningTimeSecs + 1, tag),
      ),
    );
    const { info: changed } = JSON.parse((await current()).body ?? "");
    assert.equal(changed.runningTimeSecs, REQUESTS + 1);
  });

  it(`opens no more connections in ${WARM_CALLS} warm calls than the pool and the driver's two monitors`, async () => {
    const path = { id: "000000000000000000000000" };
    for (let call = 0; call < WARM_CALLS; call++) {
      const { statusCode } = await reader.request(
        event({ routeKey: "GET /books/{id}", path }),
        "books/readBook",
      );
      assert.equal(statusCode, 404);
    }
    assert.ok(proxy.most > 0 && proxy.most <= POOL_SIZE + 2, `${proxy.most} connections`);
  });
});

/** Reads, then changes what was read; again from the start when another was faster. */
async function increment(
  read: () => Promise<Reply>,
  change: (current: Reply, tag: string) => Promise<Reply>,
): Promise<void> {
  for (;;) {
    const current = await read();
    const reply = await change(current, current.headers?.etag ?? "");
    if (reply.statusCode === 200) return;
    assert.equal(reply.statusCode, 412, reply.body);
  }
}
