/** `@connections`, by the SDK that functions call it with, from functions of a whole run. */
import assert from "node:assert/strict";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { Routes } from "../../../console/routes.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { StoreCallsEvent } from "../../../local/observer.ts";
import type { Value } from "../../../program/recording.ts";
import { role, roleArn, trusting } from "../iam/recordings.ts";
import { lambda } from "../workers/support.ts";
import {
  Client,
  cloudHost,
  executionArn,
  mayCall,
  openRun,
  REGION,
  type SocketRun,
  socketApi,
} from "./support.ts";

/** Tries each way to the address of the API, and sends by it. */
const POSTS = `
const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require("@aws-sdk/client-apigatewaymanagementapi");
exports.handler = async ({ requestContext: { domainName, stage, connectionId, apiId }, body }) => {
  const { way } = JSON.parse(body);
  const ways = {
    "of the event": \`https://\${domainName}/\${stage}\`,
    "by its id": \`https://\${apiId}.execute-api.\${process.env.AWS_REGION}.amazonaws.com/\${stage}\`,
    "of the program": process.env.MANAGEMENT,
    "of the program, without a protocol": \`https://\${process.env.HOST}\`,
  };
  const client = new ApiGatewayManagementApiClient({ endpoint: ways[way], maxAttempts: 1 });
  try {
    await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: Buffer.from(JSON.stringify({ way })) }));
    return { statusCode: 200 };
  } catch (error) {
    return { statusCode: 200, body: JSON.stringify({ name: error.name, message: error.message }) };
  }
};`;
/** By Node's own fetch, with which a request has no signature. */
const FETCHES = `
exports.handler = async ({ requestContext: { domainName, stage, connectionId } }) => {
  const answer = await fetch(\`https://\${domainName}/\${stage}/@connections/\${encodeURIComponent(connectionId)}\`);
  return { statusCode: 200, body: JSON.stringify({ status: answer.status, type: answer.headers.get("x-amzn-errortype") }) };
};`;
const GIVES_ID =
  "exports.handler = async ({ requestContext: { connectionId } }) => ({ statusCode: 200, body: JSON.stringify({ connectionId }) });";

const manages = (resource: string) => ({
  Effect: "Allow",
  Action: "execute-api:ManageConnections",
  Resource: resource,
});
const answers = (name: string) => ({ function: name, answers: true });
const variables = {
  MANAGEMENT: `https://${cloudHost("chat")}/dev`,
  SOCKET: `wss://${cloudHost("chat")}/dev`,
  HOST: `${cloudHost("chat")}/dev`,
};

const trusts = (name: string, ...statements: Value[]) =>
  trusting("lambda.amazonaws.com", role(name, ...statements));

const resources = [
  trusts("posts", manages(`${executionArn("chat")}/*/POST/@connections/*`)),
  trusts("mute", manages(`${executionArn("chat")}/*/GET/@connections/*`)),
  lambda("posts", POSTS, { role: roleArn("posts"), environment: { variables } }),
  lambda("mute", POSTS, { role: roleArn("mute") }),
  lambda("fetches", FETCHES, { role: roleArn("posts") }),
  lambda("who", GIVES_ID, { role: roleArn("mute") }),
  lambda("env", "exports.handler = async () => ({ statusCode: 200, body: JSON.stringify(process.env) });", {
    role: roleArn("mute"),
    environment: { variables },
  }),
  ...socketApi({
    name: "chat",
    routes: {
      posts: "posts",
      mute: answers("mute"),
      fetches: answers("fetches"),
      who: answers("who"),
      env: answers("env"),
    },
  }),
  ...["posts", "mute", "fetches", "who", "env"].map((name) => mayCall(name, "chat")),
];

describe("the connections of a WebSocket API", () => {
  let running: SocketRun;
  const calls: StoreCallsEvent[] = [];
  const clients: { destroy(): void }[] = [];

  before(async () => {
    const ignored = () => {};
    running = await openRun(resources, {
      request: ignored,
      invocation: ignored,
      calls: (happened) => calls.push(happened),
      undelivered: ignored,
      segment: ignored,
      segmentRefused: (why) => assert.fail(why),
    });
  });

  after(async () => {
    for (const client of clients) client.destroy();
    await running.close();
  });

  async function opened(): Promise<{ client: Client; connectionId: string }> {
    const client = await Client.open(running.url("chat"), { headers: { "user-agent": "tests" } });
    const { connectionId } = await client.ask({ action: "who" });
    return { client, connectionId: String(connectionId) };
  }

  function sdk(credentials: Credentials = operatorCredentials, stage = "dev", region = REGION) {
    const endpoint = running.url("chat").replace("ws:", "http:").replace(/dev$/, stage);
    const made = new ApiGatewayManagementApiClient({ endpoint, region, credentials, maxAttempts: 1 });
    clients.push(made);
    return made;
  }

  it("are reached by functions whichever way they know the address", async () => {
    const { client } = await opened();
    for (const way of ["of the event", "by its id", "of the program", "of the program, without a protocol"])
      assert.deepEqual(await client.ask({ action: "posts", way }), { way });
    const { MANAGEMENT, SOCKET, HOST } = await client.ask({ action: "env" });
    const local = running.url("chat").replace("ws://", "");
    assert.deepEqual([SOCKET, MANAGEMENT, HOST], [`ws://${local}`, `http://${local}`, local]);
    await client.end();
  });

  it("are reached by fetch too, which without a signature is refused", async () => {
    const { client } = await opened();
    assert.deepEqual(await client.ask({ action: "fetches" }), {
      status: 403,
      type: "MissingAuthenticationTokenException",
    });
    await client.end();
  });

  it("are for whose role may manage them, and who may not is told what to add", async () => {
    const { client } = await opened();
    const { name, message } = await client.ask({ action: "mute", way: "of the event" });
    assert.equal(name, "AccessDeniedException");
    assert.match(
      String(message),
      /assumed-role\/mute\/mute is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:eu-central-1:\*{8}9012:id0chat\/dev\/POST\/@connections\/\{connectionId\}/,
    );
    assert.ok(running.lines.some((line) => line.includes("Add to the policy of role mute")));
    await client.end();
  });

  it("are told of to whoever looks, with what was decided", async () => {
    const seen = () =>
      calls.flatMap((happened) => happened.calls.map((call) => ({ ...call, store: happened.store })));
    const { client } = await opened();
    while (seen().length < 2) await client.ask({ action: "posts", way: "of the event" });
    const [first] = seen();
    assert.deepEqual(
      [first?.store, first?.operation, first?.session],
      ["WebSocket", "ManageConnections", "posts"],
    );
    assert.equal(first?.decisions[0]?.by?.actions[0], "execute-api:ManageConnections");
    await client.end();
  });

  it("are not offered to be tried by HTTP", () => {
    assert.equal(running.run.services.endpoints().length, 5);
    assert.deepEqual(new Routes(running.run).summary().routes, []);
  });

  it("are sent to, described and closed", async () => {
    const { client, connectionId: ConnectionId } = await opened();
    const began = Date.now();
    await sdk().send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from("ä".repeat(40_000)) }));
    assert.equal(await client.next(), "ä".repeat(40_000));
    const { ConnectedAt, LastActiveAt, Identity } = await sdk().send(
      new GetConnectionCommand({ ConnectionId }),
    );
    assert.deepEqual(Identity, { SourceIp: "127.0.0.1", UserAgent: "tests" });
    assert.ok(ConnectedAt && LastActiveAt && ConnectedAt < LastActiveAt);
    assert.ok(LastActiveAt.getTime() >= began);
    await sdk().send(new DeleteConnectionCommand({ ConnectionId }));
    assert.equal((await client.closed)[0], 1000);
    const gone = { name: "GoneException", $metadata: { httpStatusCode: 410 } };
    for (const Command of [GetConnectionCommand, DeleteConnectionCommand])
      await assert.rejects(sdk().send(new Command({ ConnectionId }) as GetConnectionCommand), partly(gone));
    const late = new PostToConnectionCommand({ ConnectionId, Data: Buffer.from("late") });
    await assert.rejects(sdk().send(late), partly(gone));
  });

  it("take 128 KB, have ids of their own, and belong to one stage, API and region", async () => {
    const { client, connectionId: ConnectionId } = await opened();
    const largest = Buffer.alloc(131_072, "x");
    await sdk().send(new PostToConnectionCommand({ ConnectionId, Data: largest }));
    assert.equal((await client.next()).length, largest.length);
    const tooLong = new PostToConnectionCommand({ ConnectionId, Data: Buffer.concat([largest, largest]) });
    await assert.rejects(sdk().send(tooLong), partly({ name: "PayloadTooLargeException" }));
    const post = new PostToConnectionCommand({ ConnectionId, Data: Buffer.from("x") });
    await assert.rejects(sdk(operatorCredentials, "prod").send(post), partly({ name: "ForbiddenException" }));
    await assert.rejects(
      sdk(operatorCredentials, "dev", "us-east-1").send(post),
      partly({ name: "InvalidSignatureException" }),
    );
    await assert.rejects(
      sdk({ ...credentialsOf(roleArn("posts")), secretAccessKey: "wrong" }).send(post),
      partly({ name: "InvalidSignatureException" }),
    );
    const strange = new PostToConnectionCommand({ ConnectionId: "no id", Data: Buffer.from("x") });
    await assert.rejects(sdk().send(strange), {
      name: "BadRequestException",
      message: "Invalid connectionId: no id",
    });
    await client.end();
  });
});

/** An error with these fields among its own. */
function partly(wanted: { name: string; $metadata?: { httpStatusCode: number } }) {
  return (error: { name: string; $metadata?: { httpStatusCode?: number } }) => {
    assert.equal(error.name, wanted.name);
    const { httpStatusCode } = wanted.$metadata ?? {};
    if (httpStatusCode !== undefined) assert.equal(error.$metadata?.httpStatusCode, httpStatusCode);
    return true;
  };
}
