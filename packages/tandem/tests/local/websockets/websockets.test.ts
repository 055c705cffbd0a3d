import assert from "node:assert/strict";
import { urlsOf } from "../support/urls.ts";
import { lambda } from "../workers/support.ts";
import {
  Client,
  mayCall,
  refusalOf,
  type SocketEvent,
  type Sockets,
  socketApi,
  startSockets,
} from "./support.ts";

const answers = (name: string) => ({ function: name, answers: true });
const NOTHING = "exports.handler = async () => {};";

const resources = [
  ...["echo", "returns", "breaks", "slow", "unpermitted"].map((name) => lambda(name, NOTHING)),
  ...socketApi({
    name: "chat",
    routes: {
      $connect: "echo",
      $disconnect: "echo",
      $default: "echo",
      twoWay: answers("returns"),
      oneWay: "returns",
      breaks: "breaks",
      slow: { function: "slow", integration: { timeoutMilliseconds: 50 } },
      forbidden: "unpermitted",
      fixed: {
        answers: true,
        integration: { integrationType: "MOCK", requestTemplates: { "200": '{"statusCode": 200}' } },
        responses: { "/200/": '{"is":"fixed"}' },
      },
      http: { integration: { integrationType: "HTTP", integrationUri: "http://127.0.0.1:1" } },
      keyed: { function: "echo", route: { apiKeyRequired: true } },
    },
    stage: { stageVariables: { color: "red" } },
  }),
  ...["echo", "returns", "breaks", "slow"].map((name) => mayCall(name, "chat")),
  ...socketApi({
    name: "narrow",
    routes: { known: "echo", limited: "echo" },
    api: { routeSelectionExpression: ["$", "{request.body.of.kind}"].join("") },
    stage: { routeSettings: [{ routeKey: "limited", throttlingBurstLimit: 1, throttlingRateLimit: 0.001 }] },
  }),
  mayCall("echo", "narrow"),
  ...socketApi({ name: "failing", routes: { $connect: "breaks" } }),
  mayCall("breaks", "failing"),
  ...socketApi({ name: "closed", routes: { $connect: "unpermitted" } }),
  ...socketApi({
    name: "odd",
    routes: { $default: "echo" },
    api: { routeSelectionExpression: "$request.header.kind" },
  }),
];

/** Plays the functions. */
function answer({ body, queryStringParameters = {} }: SocketEvent, functionArn: string): unknown {
  const { status = 200, protocol } = queryStringParameters;
  if (functionArn.endsWith(":breaks")) return failed;
  if (functionArn.endsWith(":slow")) return new Promise(() => {});
  if (functionArn.endsWith(":returns")) return (JSON.parse(body ?? "{}") as { result?: unknown }).result;
  const headers = protocol ? { "Sec-WebSocket-Protocol": protocol } : {};
  return { statusCode: Number(status), headers, body: "nobody hears it" };
}

const failed = { requestId: "r", status: "error", error: { errorType: "Error", errorMessage: "no\n at x" } };

describe("a WebSocket API", () => {
  let sockets: Sockets;

  before(async () => {
    sockets = await startSockets(resources, answer);
  });

  after(() => sockets.close());

  async function opened(query = ""): Promise<{ client: Client; connect: SocketEvent }> {
    const called = sockets.called();
    const client = await Client.open(`${sockets.url("chat")}${query}`);
    return { client, connect: await called };
  }

  it("says to $connect who opens a connection, with headers and query as AWS writes them", async () => {
    const { client, connect } = await opened("?room=7&room=8&who=a%20b");
    const { headers = {}, multiValueHeaders, requestContext, ...others } = connect;
    const { connectionId, requestId, requestTimeEpoch, connectedAt, ...context } = requestContext;
    const { host } = new URL(sockets.url("chat"));
    assert.match(connectionId, /^[\w-]{15}=$/);
    assert.match(requestId, /^[\w-]{15}=$/);
    assert.notEqual(requestId, connectionId);
    assert.equal(connectedAt, requestTimeEpoch);
    assert.match(context.requestTime, /^\d\d\/\w{3}\/\d{4}:[\d:]{8} \+0000$/);
    assert.deepEqual(
      { ...context, requestTime: "" },
      {
        routeKey: "$connect",
        eventType: "CONNECT",
        extendedRequestId: requestId,
        requestTime: "",
        messageDirection: "IN",
        stage: "dev",
        identity: { sourceIp: "127.0.0.1" },
        domainName: host,
        apiId: "id0chat",
      },
    );
    assert.deepEqual(others, {
      queryStringParameters: { room: "8", who: "a b" },
      multiValueQueryStringParameters: { room: ["7", "8"], who: ["a b"] },
      stageVariables: { color: "red" },
      isBase64Encoded: false,
    });
    assert.equal(headers.Host, host);
    assert.equal(headers["Sec-WebSocket-Version"], "13");
    assert.equal(headers["X-Forwarded-For"], "127.0.0.1");
    assert.match(headers["X-Amzn-Trace-Id"] ?? "", /^Root=1-/);
    assert.deepEqual(multiValueHeaders?.Host, [host]);
    await client.end();
  });

  it("hands a message to its route as it is, and to $default what no route is for", async () => {
    const { client, connect } = await opened();
    for (const text of ['{"action":"unknown"}', "no JSON", '{"action":"$connect"}', "[1]", '{"action":{}}']) {
      const called = sockets.called();
      client.send(text);
      const { requestContext, ...others } = await called;
      assert.deepEqual(others, { stageVariables: { color: "red" }, isBase64Encoded: false, body: text });
      const { messageId, requestId, eventType, routeKey, connectionId, connectedAt } = requestContext;
      assert.deepEqual([eventType, routeKey, messageId], ["MESSAGE", "$default", requestId]);
      assert.equal(connectionId, connect.requestContext.connectionId);
      assert.equal(connectedAt, connect.requestContext.connectedAt);
    }
    await client.end();
  });

  it("answers with what a function returns where the route has a response, and not otherwise", async () => {
    const { client } = await opened();
    client.send({ action: "oneWay", result: { statusCode: 200, body: "one" } });
    client.send({ action: "twoWay", result: { statusCode: 200, body: "two" } });
    assert.equal(await client.next(), "two");
    client.send({ action: "twoWay", result: { statusCode: 500, body: "whatever the status" } });
    assert.equal(await client.next(), "whatever the status");
    client.send({ action: "twoWay", result: { statusCode: 200 } });
    assert.equal(await client.next(), "");
    assert.deepEqual(await client.ask({ action: "fixed" }), { is: "fixed" });
    await client.end();
  });

  it("says Internal server error where a function fails, or returns no answer", async () => {
    const { client, connect } = await opened();
    const cases: [message: object, reason: RegExp][] = [
      [{ action: "breaks" }, /^Error: no$/],
      [{ action: "oneWay" }, /wants an object with statusCode/],
      [{ action: "oneWay", result: { body: "x" } }, /statusCode is undefined/],
      [{ action: "oneWay", result: { statusCode: 200, body: {} } }, /body is of type object/],
      [
        { action: "forbidden" },
        /no .*Permission lets apigateway\.amazonaws\.com invoke unpermitted: .*:id0chat\/dev\/forbidden$/,
      ],
    ];
    for (const [message, reason] of cases) {
      const { message: words, connectionId, requestId, ...others } = await client.ask(message);
      assert.deepEqual([words, others], ["Internal server error", {}]);
      assert.equal(connectionId, connect.requestContext.connectionId);
      const line = sockets.requests.at(-1);
      assert.equal(line?.requestId, requestId);
      assert.match(line?.reason ?? "", reason);
    }
    assert.equal((await client.ask({ action: "slow" })).message, "Endpoint request timed out");
    await client.end();
  });

  it("throttles a route by its own settings", async () => {
    const client = await Client.open(sockets.url("narrow"));
    client.send({ of: { kind: "limited" } });
    const { message } = await client.ask({ of: { kind: "limited" } });
    assert.equal(message, "Too Many Requests");
    await client.end();
  });

  it("says Forbidden to a message that no route takes, and finds a key anywhere in the body", async () => {
    const client = await Client.open(sockets.url("narrow"));
    const { message, connectionId, requestId } = await client.ask({ of: { kind: "unknown" } });
    assert.deepEqual([message, typeof connectionId, typeof requestId], ["Forbidden", "string", "string"]);
    const called = sockets.called();
    client.send({ of: { kind: "known" } });
    assert.equal((await called).requestContext.routeKey, "known");
    await client.end();
  });

  it("names what does not run here to whoever sends to it", async () => {
    const { client } = await opened();
    const { message } = await client.ask({ action: "http" });
    assert.match(String(message), /type HTTP of WebSocket APIs do not run here/);
    assert.match(String((await client.ask({ action: "keyed" })).message), /API keys of WebSocket APIs/);
    await client.end();
    const odd = await Client.open(sockets.url("odd"));
    assert.match(String((await odd.ask({})).message), /routeSelectionExpression does not run here/);
    await odd.end();
  });

  it("tells $disconnect how the client closed", async () => {
    const ended = async (end: (client: Client) => unknown) => {
      const { client } = await opened();
      const called = sockets.called();
      await end(client);
      return called;
    };
    const { requestContext, headers, ...others } = await ended((client) => client.end(4001, "enough"));
    const { eventType, routeKey, disconnectStatusCode: status, disconnectReason: reason } = requestContext;
    assert.deepEqual([eventType, routeKey, status, reason], ["DISCONNECT", "$disconnect", 4001, "enough"]);
    assert.deepEqual(Object.keys(headers ?? {}), ["Host", "x-api-key", "X-Forwarded-For", "x-restapi"]);
    assert.deepEqual(Object.keys(others), ["multiValueHeaders", "stageVariables", "isBase64Encoded"]);
    const plain = (await ended((client) => client.end())).requestContext;
    assert.deepEqual(
      [plain.disconnectStatusCode, plain.disconnectReason],
      [1005, "Client-side close frame status not set"],
    );
    const broken = (await ended(({ socket }) => socket.terminate())).requestContext;
    assert.equal(broken.disconnectStatusCode, 1006);
  });

  it("opens no connection that $connect refuses, fails at or may not be asked about", async () => {
    assert.equal((await refusalOf(`${sockets.url("chat")}?status=401`)).status, 401);
    const { status, body } = await refusalOf(sockets.url("failing"));
    assert.equal(status, 502);
    const { message, connectionId, requestId } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual(
      [message, typeof connectionId, typeof requestId],
      ["Internal server error", "string", "string"],
    );
    assert.equal((await refusalOf(sockets.url("closed"))).status, 500);
    const elsewhere = await refusalOf(sockets.url("chat").replace("/dev", "/prod"));
    assert.deepEqual([elsewhere.status, JSON.parse(elsewhere.body).message], [403, "Forbidden"]);
    assert.equal((await fetch(sockets.url("chat").replace("ws:", "http:"))).status, 403);
  });

  it("speaks the subprotocol that $connect chooses, and no other", async () => {
    const client = await Client.open(`${sockets.url("chat")}?protocol=v2`, { protocols: ["v1", "v2"] });
    assert.equal(client.socket.protocol, "v2");
    await client.end();
    await assert.rejects(
      Client.open(sockets.url("chat"), { protocols: ["v1"] }),
      /Server sent no subprotocol/,
    );
  });

  it("refuses pages of another site, and names that are not this machine's", async () => {
    const page = await refusalOf(sockets.url("chat"), { origin: "http://evil.example" });
    assert.match(page.body, /Origin \\"http:\/\/evil\.example\\" is not of this machine/);
    const rebound = await refusalOf(sockets.url("chat"), { headers: { host: "evil.example" } });
    assert.match(rebound.body, /Host \\"evil\.example\\" is no name of this machine/);
  });

  it("closes a connection for a frame over 32 KB, a message over 128 KB, and anything binary", async () => {
    const frame = "x".repeat(32_768);
    const inFrames = ({ socket }: Client, count: number) => {
      for (let at = 1; at <= count; at++) socket.send(frame, { fin: at === count });
    };
    const closedBy = async (send: (client: Client) => void) => {
      const { client } = await opened();
      send(client);
      return (await client.closed)[0];
    };
    assert.equal(await closedBy((client) => client.send(`${frame}x`)), 1009);
    assert.equal(await closedBy((client) => client.socket.send(Buffer.from("binary"))), 1003);
    assert.equal(await closedBy((client) => inFrames(client, 5)), 1009);
    const { client } = await opened();
    const called = sockets.called();
    inFrames(client, 4);
    assert.equal((await called).body?.length, 131_072);
    await client.end();
  });
});

describe("a connection of a WebSocket API", () => {
  const only = [lambda("echo", NOTHING), mayCall("echo", "chat")];
  const program = [
    ...only,
    ...socketApi({ name: "chat", routes: { $connect: "echo", $disconnect: "echo" } }),
  ];
  const ok = () => ({ statusCode: 200 });
  const HOUR = 3_600_000;

  it("ends when nothing has come by it for too long, or when it is too old", async () => {
    for (const clock of [
      { idle: 20, longest: HOUR },
      { idle: HOUR, longest: 20 },
    ]) {
      const sockets = await startSockets(program, ok, clock);
      const client = await Client.open(sockets.url("chat"));
      const called = sockets.called();
      assert.deepEqual(await client.closed, [1001, "Going away"]);
      const { disconnectStatusCode, disconnectReason } = (await called).requestContext;
      assert.deepEqual([disconnectStatusCode, disconnectReason], [1001, "Going away"]);
      await sockets.close();
    }
  });

  it("stays open over a reload, and ends with the run, which waits until its function has heard of it", async () => {
    const done: string[] = [];
    const sockets = await startSockets(program, async ({ requestContext }) => {
      if (requestContext.eventType === "DISCONNECT") await new Promise((resolve) => setTimeout(resolve, 20));
      done.push(requestContext.eventType);
      return ok();
    });
    const client = await Client.open(sockets.url("chat"));
    await sockets.service.update(sockets.context);
    assert.equal(client.socket.readyState, client.socket.OPEN);
    await sockets.close();
    assert.deepEqual(done, ["CONNECT", "DISCONNECT"]);
    const [connect, disconnect] = sockets.calls.map(({ payload }) => (payload as SocketEvent).requestContext);
    assert.deepEqual(
      [disconnect?.eventType, disconnect?.connectionId],
      ["DISCONNECT", connect?.connectionId],
    );
    assert.equal((await client.closed)[0], 1001);
  });

  it("ends when its API is declared no more", async () => {
    const sockets = await startSockets(program, ok);
    const client = await Client.open(sockets.url("chat"));
    const { recording } = sockets.context;
    const resources = recording.resources.filter(({ type }) => type !== "aws:apigatewayv2/api:Api");
    await sockets.service.update({ ...sockets.context, recording: { ...recording, resources } });
    await client.closed;
    assert.deepEqual(urlsOf(sockets.service), {});
    await sockets.close();
  });
});
