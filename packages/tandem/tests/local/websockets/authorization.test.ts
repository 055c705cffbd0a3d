/** Who may open a connection: functions are asked, or signatures are checked. */
import assert from "node:assert/strict";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { resource, role, roleArn } from "../iam/recordings.ts";
import { functionArn, lambda } from "../workers/support.ts";
import {
  ACCOUNT,
  Client,
  executionArn,
  mayCall,
  REGION,
  refusalOf,
  type SocketEvent,
  type Sockets,
  socketApi,
  startSockets,
} from "./support.ts";

const NOTHING = "exports.handler = async () => {};";

function authorizer(api: string, identitySources: string[]) {
  const inputs = {
    apiId: `id0${api}`,
    authorizerType: "REQUEST",
    authorizerUri: `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${functionArn("judge")}/invocations`,
    identitySources,
  };
  return {
    ...resource("aws:apigatewayv2/authorizer:Authorizer", `${api}-judge`, inputs),
    id: `${api}-judge`,
  };
}

const guarded = (name: string) => ({
  function: "echo",
  route: { authorizationType: "CUSTOM", authorizerId: `${name}-judge` },
});
const mayInvoke = (route: string) => ({
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: `${executionArn("signed")}/dev/${route}`,
});

const resources = [
  lambda("echo", NOTHING),
  lambda("judge", NOTHING),
  ...socketApi({
    name: "guarded",
    routes: { $connect: guarded("guarded"), $disconnect: "echo", $default: "echo" },
  }),
  authorizer("guarded", ["route.request.querystring.token", "route.request.header.X-Team"]),
  resource("aws:lambda/permission:Permission", "guarded-may-ask", {
    action: "lambda:InvokeFunction",
    function: "judge",
    principal: "apigateway.amazonaws.com",
    sourceArn: `${executionArn("guarded")}/authorizers/guarded-judge`,
  }),
  mayCall("echo", "guarded"),
  ...socketApi({ name: "unasked", routes: { $connect: guarded("unasked") } }),
  authorizer("unasked", []),
  ...socketApi({
    name: "signed",
    routes: { $connect: { function: "echo", route: { authorizationType: "AWS_IAM" } } },
  }),
  mayCall("echo", "signed"),
  role("opens", mayInvoke("$connect")),
  role("elsewhere", mayInvoke("$default")),
];

/** Plays the functions: a token is the effect of the policy, or what the function throws. */
function answer(event: SocketEvent & { methodArn?: string }, called: string): unknown {
  if (!called.endsWith(":judge")) return { statusCode: 200 };
  const { token = "" } = event.queryStringParameters ?? {};
  if (token === "Unauthorized" || token === "broken")
    return { requestId: "r", status: "error", error: { errorType: "Error", errorMessage: token } };
  return {
    principalId: "ann",
    context: { team: "red", size: 3 },
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: token, Resource: event.methodArn }],
    },
  };
}

describe("a WebSocket API", () => {
  let sockets: Sockets;

  before(async () => {
    sockets = await startSockets(resources, answer);
  });

  after(() => sockets.close());

  const headers = { "X-Team": "red" };

  it("asks its authorizer with the handshake, and tells each function of the connection what it said", async () => {
    const before = sockets.calls.length;
    const client = await Client.open(`${sockets.url("guarded")}?token=Allow`, { headers });
    const called = sockets.called();
    client.send("hello");
    await called;
    const gone = sockets.called();
    await client.end();
    await gone;
    const [asked, ...events] = sockets.calls.slice(before).map(({ payload }) => payload as SocketEvent);
    const {
      requestContext,
      headers: sent,
      multiValueHeaders,
      ...others
    } = asked ?? assert.fail("nobody was asked");
    assert.deepEqual(others, {
      type: "REQUEST",
      methodArn: `${executionArn("guarded")}/dev/$connect`,
      queryStringParameters: { token: "Allow" },
      multiValueQueryStringParameters: { token: ["Allow"] },
      stageVariables: {},
    });
    assert.deepEqual([sent?.["X-Team"], multiValueHeaders?.["X-Team"]], ["red", ["red"]]);
    assert.deepEqual([requestContext.routeKey, requestContext.eventType], ["$connect", "CONNECT"]);
    assert.equal(requestContext.authorizer, undefined);
    assert.deepEqual(
      events.map((event) => [event.requestContext.eventType, event.requestContext.authorizer]),
      ["CONNECT", "MESSAGE", "DISCONNECT"].map((type) => [
        type,
        { principalId: "ann", team: "red", size: "3" },
      ]),
    );
  });

  it("opens nothing that the authorizer refuses, and asks nobody where an identity source is missing", async () => {
    const cases: [query: string, status: number, message: string | null][] = [
      ["?token=Deny", 403, "User is not authorized to access this resource with an explicit deny"],
      ["?token=Unauthorized", 401, "Unauthorized"],
      ["?token=broken", 500, "Internal server error"],
    ];
    for (const [query, status, message] of cases) {
      const refused = await refusalOf(`${sockets.url("guarded")}${query}`, { headers });
      const { message: words, connectionId } = JSON.parse(refused.body) as Record<string, unknown>;
      assert.deepEqual([refused.status, words, typeof connectionId], [status, message, "string"], query);
    }
    const asked = sockets.calls.length;
    assert.equal((await refusalOf(`${sockets.url("guarded")}?token=Allow`)).status, 401);
    assert.equal((await refusalOf(sockets.url("guarded"), { headers })).status, 401);
    assert.equal(sockets.calls.length, asked);
  });

  it("may not ask an authorizer that gives it no permission", async () => {
    assert.equal((await refusalOf(sockets.url("unasked"))).status, 500);
    assert.match(sockets.requests.at(-1)?.reason ?? "", /authorizers\/unasked-judge/);
  });

  /** As browsers must, who can send no header, or with headers. */
  async function signed(credentials: Credentials, how: "sign" | "presign") {
    const url = new URL(sockets.url("signed"));
    const signer = new SignatureV4({ credentials, region: REGION, service: "execute-api", sha256: Sha256 });
    const { hostname, port, pathname, host } = url;
    const parts = { method: "GET", protocol: "wss:", hostname, port: Number(port), path: pathname };
    const request = await signer[how]({ ...parts, headers: { host } });
    for (const [name, value] of Object.entries(request.query ?? {}))
      url.searchParams.set(name, String(value));
    const { host: _host, ...own } = request.headers;
    return { url: String(url), options: how === "sign" ? { headers: own } : {} };
  }

  it("opens with AWS_IAM what is signed by headers or by query, and by whose role may invoke $connect", async () => {
    const owner = credentialsOf(roleArn("opens"));
    for (const how of ["sign", "presign"] as const) {
      const { url, options } = await signed(owner, how);
      const connected = sockets.called();
      const client = await Client.open(url, options);
      const { identity, authorizer } = (await connected).requestContext;
      assert.equal(identity.accountId, ACCOUNT);
      assert.equal(identity.userArn, `arn:aws:sts::${ACCOUNT}:assumed-role/opens/opens`);
      assert.deepEqual([identity.sourceIp, authorizer], ["127.0.0.1", undefined]);
      await client.end();
    }
    const { url, options } = await signed(operatorCredentials, "sign");
    await (await Client.open(url, options)).end();
  });

  it("opens with AWS_IAM nothing that is not signed, or by whose role may not", async () => {
    const plain = await refusalOf(sockets.url("signed"));
    assert.deepEqual([plain.status, JSON.parse(plain.body).message], [403, "Missing Authentication Token"]);
    const { url, options } = await signed(credentialsOf(roleArn("elsewhere")), "sign");
    const refused = await refusalOf(url, options);
    assert.equal(refused.status, 403);
    assert.match(
      JSON.parse(refused.body).message,
      /is not authorized to perform: execute-api:Invoke on resource: arn:aws:execute-api:eu-central-1:\*{8}9012:id0signed\/dev\/\$connect because/,
    );
  });
});
