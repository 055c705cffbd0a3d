/** Another server behind the routes of an API, which is a real one. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gatewayParity } from "../../../../local/gateway/declared/parity.ts";
import type { Recording, Values } from "../../../../program/recording.ts";
import {
  FakeInvoker,
  handlerOf,
  headerValues,
  httpProgram,
  recordingOf,
  requestOf,
  resource,
  restProgram,
} from "../programs.ts";

const nobody = new FakeInvoker(() => assert.fail("no function is called"));

describe("an integration of type HTTP_PROXY", () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;

  /** Tells what it got. */
  async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ method, url, headers, body: await text(request) }));
  }

  before(async () => {
    server = createServer((request, response) => answer(request, response));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answer = echo;
  });
  after(() => server.close());

  const http = (key: string, integration: Values): Recording =>
    httpProgram({
      routes: { [key]: "f" },
      integration: { integrationType: "HTTP_PROXY", payloadFormatVersion: "1.0", ...integration },
    });
  const rest = (key: string, integration: Values, stage: Values = {}): Recording => {
    const program = restProgram({ methods: { [key]: "f" }, stage });
    const resources = program.resources.map((one) =>
      one.type === "aws:apigateway/integration:Integration"
        ? {
            ...one,
            inputs: { ...one.inputs, type: "HTTP_PROXY", integrationHttpMethod: "ANY", ...integration },
          }
        : one,
    );
    return { ...program, resources };
  };
  const component = (route: Values): Recording => {
    const routes = [{ path: "/", method: "ANY", ...route }];
    return recordingOf([{ ...resource("aws-apigateway:index:RestAPI", "site", { routes }), remote: true }]);
  };

  async function call(recording: Recording, ...sent: Parameters<typeof requestOf>) {
    const { answer: given, reason } = await handlerOf(recording, nobody).handle(requestOf(...sent));
    return { ...given, body: String(given.body), reason };
  }

  async function echoed(recording: Recording, ...sent: Parameters<typeof requestOf>) {
    const { status, body, reason } = await call(recording, ...sent);
    assert.equal(status, 200, reason);
    return JSON.parse(body);
  }

  it("hands on method, path parameters, query, headers, cookies and body of an HTTP API", async () => {
    const recording = http("POST /pets/{path+}", {
      integrationMethod: "ANY",
      integrationUri: `${origin}/v1/{path}?of=api`,
    });
    const got = await echoed(recording, "POST /pets/a%20b/c?name=x%26y&name=z", {
      headers: ["X-Own", "1", "Cookie", "a=b", "Connection", "close"],
      body: "hello",
    });
    assert.equal(got.method, "POST");
    assert.equal(got.url, "/v1/a%20b/c?of=api&name=x%26y&name=z");
    assert.equal(got.body, "hello");
    assert.equal(got.headers["x-own"], "1");
    assert.equal(got.headers.cookie, "a=b");
    assert.equal(got.headers.host, new URL(origin).host);
    assert.equal(got.headers.forwarded, "for=127.0.0.1;host=127.0.0.1:3000;proto=http");
  });

  it("calls with a method of its own where it has one", async () => {
    const get = http("POST /a", { integrationMethod: "GET", integrationUri: origin });
    assert.equal((await echoed(get, "POST /a")).method, "GET");
    const put = rest("POST /a", { integrationHttpMethod: "PUT", uri: origin });
    assert.equal((await echoed(put, "POST /dev/a")).method, "PUT");
  });

  it("maps what a REST API says: path, query, headers, texts and stage variables", async () => {
    const recording = rest(
      "GET /pets/{id}",
      {
        uri: `http://\${stageVariables.host}/v1/{pet}`,
        requestParameters: {
          "integration.request.path.pet": "method.request.path.id",
          "integration.request.querystring.kind": "method.request.header.X-Kind",
          "integration.request.header.X-From": "'api'",
          "integration.request.header.X-Q": "method.request.querystring.q",
          "integration.request.header.X-At": "context.stage",
        },
      },
      { variables: { host: new URL(origin).host } },
    );
    const got = await echoed(recording, "GET /dev/pets/a%20b?q=1", { headers: ["X-Kind", "cat"] });
    assert.equal(got.url, "/v1/a%20b?q=1&kind=cat");
    assert.equal(got.headers["x-from"], "api");
    assert.equal(got.headers["x-q"], "1");
    assert.equal(got.headers["x-at"], "dev");
    assert.equal(got.headers["x-amzn-apigateway-api-id"], "a1b2c3d4e5");
    assert.equal(got.headers["user-agent"], "AmazonAPIGateway_a1b2c3d4e5");
  });

  it("gives status, headers and bytes of the answer to the caller", async () => {
    answer = (_request, response) => {
      response.writeHead(418, ["X-A", "1", "X-A", "2", "Server", "tea", "Content-Type", "image/png"]);
      response.end(Buffer.from([0xff, 0x00]));
    };
    const { answer: given } = await handlerOf(rest("GET /a", { uri: origin }), nobody).handle(
      requestOf("GET /dev/a"),
    );
    assert.equal(given.status, 418);
    assert.deepEqual(headerValues(given, "x-a"), ["1", "2"]);
    // A REST API keeps the name for itself.
    assert.deepEqual(headerValues(given, "x-amzn-remapped-server"), ["tea"]);
    assert.deepEqual(given.body, Buffer.from([0xff, 0x00]));
  });

  it("runs for routes of aws-apigateway:RestAPI with a target or an operation", async () => {
    const target = component({ target: { type: "http_proxy", uri: `${origin}/t` } });
    assert.equal((await echoed(target, "GET /stage/")).url, "/t");
    const integration = { type: "http_proxy", httpMethod: "GET", uri: `${origin}/d` };
    const data = component({ data: { "x-amazon-apigateway-integration": integration } });
    assert.equal((await echoed(data, "POST /stage/")).method, "GET");
    assert.equal(gatewayParity(target.resources[0] ?? assert.fail(), target)?.state, "realised");
  });

  it("answers for a server that is not there, or breaks off", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const gone = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((resolve) => closed.close(resolve));
    const ofHttp = await call(http("GET /a", { integrationUri: gone }), "GET /a");
    assert.deepEqual([ofHttp.status, ofHttp.body], [503, '{"message":"Service Unavailable"}']);
    assert.match(ofHttp.reason ?? "", /ECONNREFUSED/);
    const ofRest = await call(rest("GET /a", { uri: gone }), "GET /dev/a");
    assert.deepEqual(
      [ofRest.status, ofRest.body],
      [504, '{"message":"Network error communicating with endpoint"}'],
    );
    answer = (_request, response) => {
      response.writeHead(200, { "Content-Length": "10" });
      response.write("half");
      setImmediate(() => response.destroy());
    };
    assert.equal((await call(rest("GET /a", { uri: origin }), "GET /dev/a")).status, 504);
  });

  it("ends a call that takes longer than the integration may", async () => {
    answer = () => {};
    const slow = { uri: origin, timeoutMilliseconds: 50 };
    const { status, reason } = await call(rest("GET /a", slow), "GET /dev/a");
    assert.equal(status, 504);
    assert.match(reason ?? "", /did not answer within 50 ms/);
  });

  it("lets nothing out to an address of the cloud", async () => {
    const recording = http("GET /a", { integrationUri: "https://sqs.eu-west-1.amazonaws.com/" });
    const { status, reason } = await call(recording, "GET /a");
    assert.equal(status, 503);
    assert.match(reason ?? "", /sqs\.eu-west-1\.amazonaws\.com is an address of the cloud/);
  });

  it("changes path, query and headers of an HTTP API's request as it says", async () => {
    const recording = http("POST /pets/{id}", {
      integrationUri: `${origin}/v1/{id}`,
      requestParameters: {
        "overwrite:path": `/v2/\${request.path.id}/$x`,
        "append:querystring.tag": "$request.header.x-tag",
        "overwrite:querystring.kind": "$request.body.pet.kind",
        "remove:querystring.gone": "",
        "append:header.x-tag": "$context.httpMethod",
        "overwrite:header.X-At": `at \${context.stage}`,
        "overwrite:header.x-none": "$request.header.none",
        "remove:header.x-secret": "''",
      },
    });
    const got = await echoed(recording, "POST /pets/7?tag=a&kind=old&gone=1&kept=%2B", {
      headers: ["X-Tag", "b", "X-Secret", "s"],
      body: '{"pet":{"kind":"cat & dog"}}',
    });
    assert.equal(got.url, "/v2/7/$x?tag=a&kept=%2B&tag=b&kind=cat%20%26%20dog");
    assert.equal(got.headers["x-tag"], "b,POST");
    assert.equal(got.headers["x-at"], "at $default");
    assert.deepEqual([got.headers["x-none"], got.headers["x-secret"]], [undefined, undefined]);
  });

  it("changes status and headers of an answer of its status, and of no other", async () => {
    answer = (request, response) => {
      response.statusCode = request.url === "/a" ? 404 : 201;
      response.setHeader("X-Gone", "1");
      response.end('{"id":{"n":5}}');
    };
    const mappings = {
      "overwrite:statuscode": "403",
      "append:header.x-id": "$response.body.id.n",
      "overwrite:header.X-Of": "$request.header.x-of",
      "remove:header.x-gone": "''",
    };
    const declared = [[{ statusCode: "404", mappings }], { "404": mappings }];
    for (const responseParameters of declared) {
      const recording = http("GET /{path}", { integrationUri: `${origin}/{path}`, responseParameters });
      const changed = await call(recording, "GET /a", { headers: ["X-Of", "me"] });
      assert.equal(changed.status, 403);
      const values = (name: string) => headerValues(changed, name);
      assert.deepEqual([values("x-id"), values("x-of"), values("x-gone")], [["5"], ["me"], []]);
      const kept = await call(recording, "GET /b");
      assert.deepEqual([kept.status, headerValues(kept, "x-gone")], [201, ["1"]]);
    }
  });

  it("is unsupported, by name, where its mapping cannot be worked out", async () => {
    const cases: [Recording, string, RegExp][] = [
      [rest("GET /a", { uri: `${origin}/{id}` }), "GET /dev/a", /nothing says what \{id\} of its URI is/],
      [http("GET /a", { integrationUri: `${origin}/{id}` }), "GET /a", /nothing says what \{id\}/],
      [http("GET /a", { integrationUri: "nowhere" }), "GET /a", /its URI is no address: nowhere/],
      [
        rest("GET /a", {
          uri: origin,
          requestParameters: { "integration.request.header.X": "$context.requestId" },
        }),
        "GET /dev/a",
        /maps \$context\.requestId to integration\.request\.header\.X/,
      ],
      [
        http("GET /a", {
          integrationUri: origin,
          requestParameters: { "append:header.x": "$request.cookie.y" },
        }),
        "GET /a",
        /maps \$request\.cookie\.y to append:header\.x/,
      ],
      [
        http("GET /a", { integrationUri: origin, requestParameters: { "append:header.Via": "1" } }),
        "GET /a",
        /Via, a header that API Gateway keeps for itself/,
      ],
      [
        http("GET /a", {
          integrationUri: origin,
          responseParameters: [{ statusCode: "200", mappings: { "overwrite:path": "/x" } }],
        }),
        "GET /a",
        /maps the path of an answer/,
      ],
      [rest("GET /a", { uri: origin, connectionType: "VPC_LINK" }), "GET /dev/a", /VPC links/],
    ];
    for (const [recording, line, reason] of cases) {
      const given = await call(recording, line);
      assert.equal(given.status, 501);
      assert.match(given.reason ?? "", reason);
    }
  });
});
