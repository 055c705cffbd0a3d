// #region books, movies
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { event } from "../support/event.ts";
import { FunctionThread } from "../support/function-thread.ts";
import { startStores } from "../support/stores.ts";

const SAMPLED = "Root=1-67a1f3c2-0123456789abcdef01234567;Parent=0123456789abcdef;Sampled=1";

describe("traces of store calls", () => {
  let daemon: Socket;
  let environment: Record<string, string>;
  const segments: Record<string, unknown>[] = [];

  before(async () => {
    daemon = createSocket("udp4");
    daemon.on("message", (datagram) => {
      const [header, segment] = String(datagram).split("\n");
      assert.deepEqual(JSON.parse(header ?? ""), { format: "json", version: 1 });
      segments.push(JSON.parse(segment ?? ""));
      daemon.emit("segment");
    });
    daemon.bind(0, "127.0.0.1");
    await once(daemon, "listening");
    const stores = await startStores();
    environment = {
      ...stores.environment,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      _X_AMZN_TRACE_ID: SAMPLED,
    };
  });
  beforeEach(() => {
    segments.length = 0;
  });
  after(() => daemon.close());

  const call = async (file: string, request: unknown, variables: Record<string, string> = environment) => {
    const thread = await FunctionThread.load(file, variables);
    await thread.request(request);
    await thread.end();
  };
  const readMovie = event({ routeKey: "GET /movies/{year}/{title+}", path: { year: "1999", title: "x" } });

  it("are subsegments of the invocation, with service, operation and table", async () => {
    const arrived = once(daemon, "segment");
    await call("movies/readMovie", readMovie);
    await arrived;
    const { id, start_time, end_time, ...segment } = segments[0] ?? {};
    assert.deepEqual(segment, {
      name: "DynamoDB",
      namespace: "aws",
      aws: { operation: "GetItem", table_name: "movies", region: "eu-central-1" },
      type: "subsegment",
      trace_id: "1-67a1f3c2-0123456789abcdef01234567",
      parent_id: "0123456789abcdef",
      fault: false,
    });
    assert.match(String(id), /^[0-9a-f]{16}$/);
    assert.ok(Number(end_time) >= Number(start_time));
  });

  it("say when a call failed", async () => {
    const arrived = once(daemon, "segment");
    const away = { ...environment, BOOKS_MONGODB_URI: "mongodb://127.0.0.1:9/books" };
    await call("books/readBooks", event({ routeKey: "GET /books" }), away);
    await arrived;
    assert.deepEqual(
      [segments[0]?.name, segments[0]?.namespace, segments[0]?.fault],
      ["MongoDB", "remote", true],
    );
  });

  it("are not sent when the request is not sampled, and where there is no daemon", async () => {
    await call("movies/readMovie", readMovie, {
      ...environment,
      _X_AMZN_TRACE_ID: SAMPLED.replace("Sampled=1", "Sampled=0"),
    });
    await call("movies/readMovie", readMovie, { ...environment, _X_AMZN_TRACE_ID: "" });
    await call("movies/readMovie", readMovie, { ...environment, AWS_XRAY_DAEMON_ADDRESS: "" });
    // What was sent before this one would have arrived before it.
    const arrived = once(daemon, "segment");
    await call("movies/readMovie", readMovie);
    await arrived;
    assert.equal(segments.length, 1);
  });
});
