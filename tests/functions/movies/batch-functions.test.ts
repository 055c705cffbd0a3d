/** The functions that no request calls, against embedded stores. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type Item, toItem, toMovie } from "../../../functions/movies/item.ts";
import type { MovieRecord } from "../../../functions/movies/schema.ts";
import { FunctionThread } from "../support/function-thread.ts";
import { type Stores, startStores } from "../support/stores.ts";

const info = { directors: ["A"], actors: [], genres: [], rating: 7, runningTimeSecs: 100 };
const film = (title: string, more: Partial<MovieRecord> = {}): MovieRecord => ({
  year: 1901,
  title,
  info,
  ...more,
});

describe("batch functions", () => {
  let stores: Stores;
  let bucket: Server;
  let environment: Record<string, string>;
  /** Objects by path. */
  const objects = new Map<string, string>();

  before(async () => {
    stores = await startStores();
    bucket = createServer((request, response) => {
      const object = objects.get(decodeURIComponent(request.url?.split("?")[0] ?? ""));
      response.writeHead(object === undefined ? 404 : 200, { "content-type": "application/xml" });
      response.end(object ?? "<Error><Code>NoSuchKey</Code></Error>");
    }).listen(0, "127.0.0.1");
    await once(bucket, "listening");
    const { port } = bucket.address() as AddressInfo;
    environment = { ...stores.environment, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` };
  });
  after(() => {
    bucket.closeAllConnections();
    bucket.close();
  });

  const stored = async (title: string, year = 1901) => {
    const Key = { year: { N: String(year) }, title: { S: title } };
    const { Item } = await stores.client.send(new GetItemCommand({ TableName: "movies", Key }));
    return Item && toMovie(Item as Item);
  };

  describe("importMovies", () => {
    let thread: FunctionThread;
    before(async () => {
      thread = await FunctionThread.load("movies/importMovies", environment);
    });
    after(() => thread.end());

    const arrived = (key: string) => ({
      Records: [
        { eventTime: "2026-11-23T09:12:01.000Z", s3: { bucket: { name: "imports" }, object: { key } } },
      ],
    });

    it("imports the films of a file, logs and counts what it rejects", async () => {
      objects.set(
        "/imports/incoming/a b+é.json",
        JSON.stringify([film("Imported"), { year: "x" }, film("Too")]),
      );
      await thread.invoke(arrived("incoming/a+b%2B%C3%A9.json"));
      assert.deepEqual(await stored("Imported"), {
        ...film("Imported"),
        version: Date.parse("2026-11-23T09:12:01Z"),
      });
      assert.ok(await stored("Too"));
      const lines = thread.log
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const rejected = lines.find(({ message }) => message === "record rejected");
      assert.equal(rejected.index, 1);
      assert.ok(rejected.reasons.includes("title: Is missing: must be a string"));
      const counted = lines.find(({ Imported }) => Imported !== undefined);
      assert.deepEqual([counted.Imported, counted.Rejected], [2, 1]);
    });

    it("changes nothing when the same event comes again", async () => {
      objects.set("/imports/incoming/twice.json", JSON.stringify([film("Twice")]));
      await thread.invoke(arrived("incoming/twice.json"));
      const first = await stored("Twice");
      await thread.invoke(arrived("incoming/twice.json"));
      assert.deepEqual(await stored("Twice"), first);
    });

    it("fails, to be tried again, for a file that is no array of films and one that is not there", async () => {
      objects.set("/imports/incoming/bad.json", `[${JSON.stringify(film("Before"))}, {"year"`);
      await assert.rejects(thread.invoke(arrived("incoming/bad.json")), { name: "MalformedFile" });
      assert.equal(await stored("Before"), undefined);
      await assert.rejects(thread.invoke(arrived("incoming/none.json")), { name: "NoSuchKey" });
    });
  });

  describe("changeMovies", () => {
    let thread: FunctionThread;
    before(async () => {
      thread = await FunctionThread.load("movies/changeMovies", environment);
    });
    after(() => thread.end());

    const sent = (time: number, ...bodies: unknown[]) => ({
      Records: bodies.map((body, index) => ({
        messageId: `message-${index}`,
        body: typeof body === "string" ? body : JSON.stringify(body),
        attributes: { SentTimestamp: String(time) },
      })),
    });
    const put = (movie: MovieRecord) => ({ type: "put", movie });
    const remove = (title: string) => ({ type: "delete", year: 1901, title });

    it("puts and deletes films", async () => {
      assert.deepEqual(await thread.invoke(sent(1_000, put(film("Queued")))), { batchItemFailures: [] });
      assert.deepEqual(await stored("Queued"), { ...film("Queued"), version: 1_000 });
      assert.deepEqual(await thread.invoke(sent(2_000, remove("Queued"))), { batchItemFailures: [] });
      assert.equal(await stored("Queued"), undefined);
    });

    it("fails only the messages that it cannot apply", async () => {
      const wrong = { ...film("Wrong"), year: 1 };
      const answer = await thread.invoke(
        sent(1_000, "{", put(film("Right")), put(wrong), { type: "rename" }, remove("None")),
      );
      assert.deepEqual(answer, {
        batchItemFailures: ["message-0", "message-2", "message-3"].map((itemIdentifier) => ({
          itemIdentifier,
        })),
      });
      assert.ok(await stored("Right"));
    });

    it("does nothing when a message comes again, or after a later one", async () => {
      const later = film("Late", { info: { ...info, rating: 9 } });
      await thread.invoke(sent(2_000, put(later)));
      await thread.invoke(sent(2_000, put(later)));
      const overtaken = await thread.invoke(sent(1_000, put(film("Late"))));
      assert.deepEqual(overtaken, { batchItemFailures: [] });
      await thread.invoke(sent(1_500, remove("Late")));
      assert.deepEqual(await stored("Late"), { ...later, version: 2_000 });
    });

    it("logs a failure without the message's body", async () => {
      await thread.invoke(sent(1_000, '{"type":"put","movie":{"title":"a secret'));
      assert.match(thread.log, /message not applied/);
      assert.ok(!thread.log.includes("a secret"));
    });
  });

  describe("reportMovies", () => {
    it("writes a summary of each year, and the same when it runs again", async () => {
      const films = [
        film("Short", { year: 1905, info: { ...info, rating: 7.1, runningTimeSecs: 60 } }),
        film("Long", { year: 1905, info: { ...info, rating: 8.2, runningTimeSecs: 90 } }),
        film("Also long", { year: 1905, info: { ...info, rating: 9.3, runningTimeSecs: 90 } }),
        ...Array.from({ length: 30 }, (_, index) => film("One", { year: 1910 + index })),
      ];
      for (const one of films) {
        await stores.client.send(
          new PutItemCommand({ TableName: "movies", Item: toItem({ ...one, version: 1 }) }),
        );
      }
      const thread = await FunctionThread.load("movies/reportMovies", environment);
      const report = async () => {
        await thread.invoke({ time: "2026-11-23T03:00:00Z" });
        const { Items = [] } = await stores.client.send(new ScanCommand({ TableName: "reports" }));
        return Items.sort((one, other) => Number(one.year?.N) - Number(other.year?.N));
      };
      const first = await report();
      assert.deepEqual(
        first.find((item) => item.year?.N === "1905"),
        {
          year: { N: "1905" },
          movies: { N: "3" },
          averageRating: { N: "8.2" },
          longest: { M: { title: { S: "Also long" }, runningTimeSecs: { N: "90" } } },
          generatedAt: { S: "2026-11-23T03:00:00Z" },
        },
      );
      assert.ok(first.length >= 31);
      assert.deepEqual(await report(), first);
      await thread.end();
    });
  });
});
