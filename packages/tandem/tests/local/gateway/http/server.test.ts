import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import fc from "fast-check";
import type { HttpAnswer, HttpRequest } from "../../../../local/gateway/http/http-message.ts";
import {
  ApiServer,
  type ApiServerOptions,
  DEFAULT_TIMEOUTS,
  type ServerTimeouts,
} from "../../../../local/gateway/http/server.ts";

import { codePoint } from "../../../support/code-point.ts";
import { eventually } from "../../../support/patience.ts";
import { connected, exchange, received } from "../exchange.ts";

describe("ApiServer", () => {
  const open: ApiServer[] = [];

  const mistakes: unknown[] = [];

  afterEach(async () => {
    await Promise.all(open.splice(0).map((server) => server.close()));
    assert.deepEqual(mistakes.splice(0), []);
  });

  async function serve(respond: ApiServerOptions["respond"], timeouts?: Partial<ServerTimeouts>) {
    const server = new ApiServer({
      respond,
      onMistake: (error) => mistakes.push(error),
      timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
    });
    open.push(server);
    await server.listen(0, "127.0.0.1");
    return server.port;
  }

  /** Answers with the target and the length of the body. */
  const echo = async ({ target, body }: HttpRequest): Promise<HttpAnswer> => ({
    status: 200,
    headers: [],
    body: `${target} ${body.length}`,
  });

  it("answers pipelined requests in their order, also when the first takes longest", async () => {
    const gates = [
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
      Promise.withResolvers<void>(),
    ];
    const arrived: string[] = [];
    const port = await serve(async (request) => {
      const number = Number(request.target.slice(1));
      arrived.push(request.target);
      if (arrived.length === 3) for (const gate of gates.toReversed()) gate.resolve();
      await gates[number]?.promise;
      return echo(request);
    });
    const lines = [0, 1, 2].map((number) => `GET /${number} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const answers = await exchange(port, `${lines.join("").slice(0, -4)}\r\nConnection: close\r\n\r\n`);
    assert.deepEqual(answers.match(/\/\d 0/g), ["/0 0", "/1 0", "/2 0"]);
  });

  it("tells pipelined bodies apart", async () => {
    const port = await serve(echo);
    const post = (target: string, body: string) =>
      `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const chunked = "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    const last = "GET /d HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const answers = await exchange(port, post("/a", "12345") + post("/b", "") + chunked + last);
    assert.deepEqual(answers.match(/\/\w \d/g), ["/a 5", "/b 0", "/c 3", "/d 0"]);
  });

  it("hands headers on as they came, with duplicates and in order", async () => {
    let headers: readonly string[] = [];
    const port = await serve(async (request) => {
      headers = request.rawHeaders;
      return echo(request);
    });
    await exchange(port, "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nx-a: 2\r\nConnection: close\r\n\r\n");
    assert.deepEqual(headers, ["Host", "a", "X-A", "1", "x-a", "2", "Connection", "close"]);
  });

  it("refuses a body over 10 MB before it came, and closes", async () => {
    const seen: number[] = [];
    const port = await serve(
      async (request) => {
        seen.push(request.body.length);
        return { status: 413, headers: [], body: "" };
      },
      { linger: 20 },
    );
    const answer = await exchange(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n");
    assert.match(answer, /^HTTP\/1\.1 413 [\s\S]*Connection: close/);
    assert.deepEqual(seen, [0]);
  });

  const tooLarge = async (): Promise<HttpAnswer> => ({ status: 413, headers: [], body: "too large" });
  const largeBody = Buffer.alloc(40 * 1024 * 1024, "x");

  for (const [way, headers] of [
    ["announced", { "content-length": String(largeBody.length) }],
    ["chunked", { "transfer-encoding": "chunked" }],
  ] as const) {
    it(`reads on after refusing a body (${way}), so that a client that sends all of it gets the answer`, async () => {
      const port = await serve(tooLarge);
      const sent = request({ port, method: "POST", headers });
      const answered = once(sent, "response") as Promise<[IncomingMessage]>;
      const written = new Promise<void>((resolve, reject) => {
        sent.once("error", reject).end(largeBody, resolve);
      });
      const [response] = await answered;
      let text = "";
      for await (const part of response) text += part;
      assert.deepEqual([response.statusCode, text], [413, "too large"]);
      await written;
    });
  }

  it("refuses a body over 10 MB to a client that asks first, which then sends nothing", async () => {
    const port = await serve(tooLarge);
    const head = (length: number) =>
      `POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`;
    assert.match(await exchange(port, head(10_485_761)), /^HTTP\/1\.1 413 [\s\S]*too large$/);
    const fits = await exchange(
      await serve(echo),
      `${head(3).replace("Host", "Connection: close\r\nHost")}abc`,
    );
    assert.match(fits, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 [\s\S]*\/ 3$/);
  });

  it("ends a connection whose client sends too much and never ends", async () => {
    const port = await serve(tooLarge, { linger: 50 });
    const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n";
    assert.match(await exchange(port, `${head}xxx`), /^HTTP\/1\.1 413 [\s\S]*too large$/);
  });

  it("stops reading a chunked body at 10 MB, and closes", async () => {
    const seen: number[] = [];
    const port = await serve(async (request) => {
      seen.push(request.body.length);
      return { status: 413, headers: [], body: "" };
    });
    const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
    const answer = await exchange(
      port,
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(11)}`,
    );
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal(seen.length, 1);
    assert.ok((seen[0] ?? 0) > 10 * 1024 * 1024);
  });

  it("sends no body with 204, 304 and HEAD", async () => {
    for (const [line, status] of [
      ["GET /", 204],
      ["GET /", 304],
      ["HEAD /", 200],
    ] as const) {
      const port = await serve(async () => ({ status, headers: [], body: "body" }));
      const answer = await exchange(port, `${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      assert.equal(/content-length/i.test(answer), status === 200, `${line} ${status}`);
      assert.ok(answer.endsWith("\r\n\r\n"), `${line} ${status}: ${answer}`);
    }
  });

  it("answers what is not HTTP with 400 and closes", async () => {
    const port = await serve(echo);
    for (const text of [
      "hello\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX Y: 1\r\n\r\n",
    ]) {
      const answer = await exchange(port, text);
      assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*\{"message":"Bad Request"\}$/, JSON.stringify(text));
    }
  });

  it("refuses contradictory lengths, which hide a second request from a proxy", async () => {
    const port = await serve(async () => assert.fail("a request came through"));
    const both =
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n";
    const twice = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456";
    for (const text of [both, twice]) assert.match(await exchange(port, text), /^HTTP\/1\.1 400 /);
  });

  it("answers 431 where the head is far too long", async () => {
    const port = await serve(echo);
    const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(20_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 [\s\S]*Request Header Fields Too Large/);
  });

  const patient = { headers: 60_000, request: 60_000, keepAlive: 60_000, idle: 60_000, check: 10 };
  const slow: [string, string, Partial<ServerTimeouts>][] = [
    ["its headers", "GET / HTTP/1.1\r\nHost: a\r\n", { headers: 50 }],
    [
      "its body",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000\r\n\r\n1",
      { headers: 50, request: 100 },
    ],
  ];

  for (const [what, start, timeouts] of slow) {
    it(`cuts off a client that sends ${what} too slowly`, async () => {
      const port = await serve(echo, { ...patient, ...timeouts });
      const socket = await connected(port);
      socket.write(start);
      const drip = setInterval(() => socket.write("X"), 20);
      const answer = await received(socket);
      clearInterval(drip);
      assert.match(answer, /^HTTP\/1\.1 408 /);
    });
  }

  it("cuts off a client that says nothing at all", async () => {
    const port = await serve(echo, { ...patient, idle: 50 });
    assert.equal(await received(await connected(port)), "");
  });

  it("cuts off a client that does not read its answer", async () => {
    const body = Buffer.alloc(8 * 1024 * 1024);
    const port = await serve(async () => ({ status: 200, headers: [], body }), { ...patient, idle: 100 });
    const server = open.at(-1) as ApiServer;
    const socket = await connected(port);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.pause();
    await eventually(async () => (await server.connections()) === 1);
    await eventually(async () => (await server.connections()) === 0);
    socket.destroy();
  });

  it("outlives callers that go away at any moment", async () => {
    const gate = Promise.withResolvers<void>();
    const port = await serve(async (request) => {
      await gate.promise;
      return echo(request);
    });
    for (const text of [
      "",
      "GET",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n12",
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ]) {
      const socket = await connected(port);
      socket.write(text);
      socket.resetAndDestroy();
    }
    gate.resolve();
    assert.match(
      await exchange(port, "GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      /\/alive 0$/,
    );
  });

  it("cuts the connection of a request that it fails at, says so, and goes on", async () => {
    const port = await serve(async (request) => {
      if (request.target === "/fails") throw new Error("no");
      return request.target === "/header" ? { status: 200, headers: ["a", "\n"], body: "" } : echo(request);
    });
    for (const target of ["/fails", "/header"]) {
      assert.equal(await exchange(port, `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`), "");
      assert.equal(mistakes.splice(0).length, 1);
    }
    assert.match(
      await exchange(port, "GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      /alive 0$/,
    );
  });

  it("survives 2,000 malformed requests, and keeps no connection of them", async () => {
    const port = await serve(echo);
    const server = open.at(-1) as ApiServer;
    const requests = fc.sample(malformed(), { numRuns: 2_000, seed: 20_261_123 });
    const lanes = Array.from({ length: 20 }, async (_, lane) => {
      for (let index = lane; index < requests.length; index += 20)
        await discarded(port, requests[index] as string);
    });
    await Promise.all(lanes);
    assert.match(
      await exchange(port, "GET /alive HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
      /\/alive 0$/,
    );
    assert.equal(await server.connections(), 0);
  });
});

/** A valid request with pieces of it changed, doubled, cut or made up. */
function malformed(): fc.Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom(
      "GET",
      " ",
      "/",
      "HTTP/1.1",
      "\r\n",
      "\n",
      "\r",
      ":",
      "Host: a",
      "Content-Length: 5",
      "\u0000",
      "\r\n\r\n",
    ),
    fc.constantFrom(
      "Content-Length: -1",
      "Content-Length: 99999999999999999999",
      "Transfer-Encoding: chunked",
      "ffffffffffffffff\r\n",
    ),
    fc.constantFrom(
      "Transfer-Encoding: gzip",
      "Upgrade: websocket",
      "Connection: upgrade",
      "CONNECT a:1 HTTP/1.1",
      "PRI * HTTP/2.0",
    ),
    fc.string({ unit: codePoint, maxLength: 20 }),
  );
  return fc.array(part, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(""));
}

/** Sends, half-closes, and waits until the connection is gone. */
async function discarded(port: number, text: string): Promise<void> {
  const socket = await connected(port);
  const gone = received(socket);
  socket.end(text, "utf8");
  await gone;
}
