import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { operatorCredentials } from "../../../local/iam/credentials.ts";
import { AskedConsole } from "../../console/asked-console.ts";
import { eventually, PATIENCE_MS } from "../../support/patience.ts";
import { severalPrograms } from "../support/several-programs.ts";
import { signedFetch } from "../support/signed-fetch.ts";
import { call, type ProjectCopy, StartedProcess } from "./support.ts";

/** A path of digits is a port of this machine, at which the handler asks for a name of the cloud. */
const ASKS_THE_CLOUD = `exports.handler = async ({ pathParameters: { name } }) => /^\\d+$/.test(name)
  ? new Promise((done) => require('http').get({ hostname: 'sns.eu-west-1.amazonaws.com', port: name,
      lookup: (host, options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
      () => done('reached')).on('error', ({ code }) => done(code)))
  : 'Hello ' + name;`;

/** What is still asked of the programs when they have been killed: without closures they are recorded in a third of the time. */
const AFTERWARDS = `import * as aws from "@pulumi/aws";
export * as inlineHttp from "./inline-http/index";
const { bucket } = new aws.s3.Bucket("inbox", { forceDestroy: true });
new aws.s3.BucketVersioning("inbox", { bucket, versioningConfiguration: { status: "Enabled" } });
export const bucketClosure = { bucket };
`;

const REFUSED = /^greet-\w+ wanted to reach sns\.eu-west-1\.amazonaws\.com: .*--allow-cloud\.$/m;

describe("npm start -- --cwd <other Pulumi programs>", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  /** Stands in for the cloud. */
  let there: Server;

  before(async () => {
    project = severalPrograms([
      "bucket-closure",
      "captured-secret",
      "inline-http",
      "queue-closure",
      "rest-callback",
      "scheduled-rule",
      "state-machine",
      "table-from-folder",
      "topic-and-rule",
    ]);
    project.edit("inline-http/index.ts", (text) =>
      text.replace(/"exports\.handler = [^"]*"/, JSON.stringify(ASKS_THE_CLOUD)),
    );
    there = createServer((_request, response) => response.end());
    await once(there.listen(0, "127.0.0.1"), "listening");
    run = new StartedProcess(project, ["--strict"]);
    await run.ready();
  });

  after(async () => {
    await run.end();
    there.close();
    project.remove();
  });

  const output = async <Value = string>(program: string, name: string): Promise<Value> => {
    const outputs = (await project.status()).outputs[program] as Record<string, Value>;
    return outputs[name] ?? assert.fail(`${program} has no output ${name}`);
  };
  const settings = async (variable: string) => ({
    endpoint: (await project.status()).variables[variable] ?? assert.fail(`no ${variable}`),
    region: "eu-west-1",
    credentials: operatorCredentials,
  });
  /** Waits until the table has so many items, and gives them. */
  const items = async (program: string, table: string, count: number): Promise<unknown[]> => {
    const client = new DynamoDBClient(await settings("AWS_ENDPOINT_URL_DYNAMODB"));
    const TableName = (await output<Record<string, string>>(program, "tables"))[table];
    try {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
        const { Items = [] } = await client.send(new ScanCommand({ TableName }));
        if (Items.length >= count) return Items;
      }
      assert.fail(`${TableName} has not ${count} items:\n${run.stdout}`);
    } finally {
      client.destroy();
    }
  };
  const send = async <T>(asked: (client: S3Client, Bucket: string) => Promise<T>): Promise<T> => {
    const client = new S3Client({ ...(await settings("AWS_ENDPOINT_URL_S3")), forcePathStyle: true });
    return asked(client, await output("bucketClosure", "bucket")).finally(() => client.destroy());
  };
  const askCloud = async (): Promise<string> => {
    const { port } = there.address() as AddressInfo;
    return (await fetch(`${await output("inlineHttp", "url")}/greet/${port}`)).text();
  };

  it("runs a callback that captures a secret", async () => {
    const response = await fetch(await output("capturedSecret", "url"));
    assert.deepEqual([response.status, await response.text()], [200, "5"]);
  });

  it("serves an HTTP API with code that stands in the program", async () => {
    const url = await output("inlineHttp", "url");
    const response = await fetch(`${url}/greet/Amélie`);
    assert.deepEqual([response.status, await response.text()], [200, "Hello Amélie"]);
    assert.ok(run.stdout.includes(`${url}/greet/{name} `), "it is printed as well");
  });

  it("lets nothing out to the cloud", async () => {
    assert.equal(await askCloud(), "CloudAddressRefused");
    await run.waitForOutput(REFUSED);
  });

  it("serves a REST API with a closure of the program", async () => {
    const url = await output("restCallback", "url");
    assert.match(url, /\/v1$/);
    assert.ok(run.stdout.includes(`${url}/hello `), "it is printed as well");
    const response = await fetch(`${url}/hello`);
    assert.deepEqual([response.status, await response.text()], [200, "Hello from a closure, GET"]);
  });

  it("lets code from a folder do what its role may, and refuses the rest as AWS does", async () => {
    const url = await output("tableFromFolder", "url");
    const read = await fetch(`${url}/any/path`);
    assert.deepEqual([read.status, await read.json()], [200, null]);
    const write = await fetch(url, { method: "PUT" });
    assert.equal(write.status, 403);
    const { name, message } = (await write.json()) as { name: string; message: string };
    assert.equal(name, "AccessDeniedException");
    assert.match(
      message,
      /^User: arn:aws:sts::123456789012:assumed-role\/reading-\w+\/reader-\w+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table\/notes-\w+/,
    );
    await run.waitForOutput(/^IAM: User: /m);
  });

  it("gives messages of a queue to a closure", async () => {
    const client = new SQSClient(await settings("AWS_ENDPOINT_URL_SQS"));
    const QueueUrl = await output("queueClosure", "queueUrl");
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "order-1" }));
    client.destroy();
    assert.deepEqual(await items("queueClosure", "taken", 1), [{ id: { S: "order-1" } }]);
  });

  it("tells a closure of a new object in a bucket", async () => {
    await send((client, Bucket) => client.send(new PutObjectCommand({ Bucket, Key: "a b.txt", Body: "x" })));
    assert.deepEqual(await items("bucketClosure", "seen", 1), [{ key: { S: "a+b.txt" } }]);
  });

  it("takes what is said to a topic and on a bus to the closures that want it", async () => {
    const url = await output("topicAndRule", "url");
    for (const text of ["noise", "hello"]) {
      const response = await fetch(`${url}/${text}`);
      assert.deepEqual([response.status, await response.text()], [200, "0"]);
    }
    const heard = (await items("topicAndRule", "heard", 2)) as { id: { S: string } }[];
    assert.deepEqual(heard.map(({ id }) => id.S).sort(), ["rule: hello", "topic: hello"]);
    assert.doesNotMatch(run.stdout, /unsupported/);
  });

  it("tells the topic of an alarm that it fires", async () => {
    assert.equal((await fetch(`${await output("topicAndRule", "url")}/hello`)).status, 200);
    // Alarms are judged every minute, and whenever somebody looks.
    await (await AskedConsole.of(run)).ask("/api/monitoring");
    await run.waitForOutput(/people@example\.com.*ALARM: "busy" in eu-west-1/s);
    await run.waitForOutput(/"NewStateValue":\s*"ALARM"/);
  });

  it("knows a scheduled rule, and what another stack's outputs are from a file", async () => {
    assert.match(run.stdout, /^warning: Every minute is often\.$/m);
    assert.doesNotMatch(run.stdout, /Nobody reads this/);
    const { endpoint, ...by } = await settings("AWS_ENDPOINT_URL_LAMBDA");
    const url = new URL(
      `/2015-03-31/functions/${await output("scheduledRule", "called")}/invocations`,
      endpoint,
    );
    const answer = await signedFetch(url, {
      ...by,
      service: "lambda",
      method: "POST",
      headers: {},
      body: "{}",
    });
    assert.deepEqual([answer.status, await answer.text()], [200, '"Good morning"']);
  });

  it("runs a state machine for a function that waits for it by AWS's SDK, which sets a name of its own before the host", async () => {
    const { status, body } = await call(await output("stateMachine", "url"), "POST", { a: 1, b: 2 });
    assert.deepEqual([status, body], [200, { status: "SUCCEEDED", output: { a: 1, b: 2, sum: 3 } }]);
  });

  it("has an error of a state machine's function caught by its name", async () => {
    const { body } = await call(await output("stateMachine", "url"), "POST", { a: 1 });
    const { output: given } = body as { output: { failed: { Error: string; Cause: string } } };
    assert.equal(given.failed.Error, "TypeError");
    assert.match(given.failed.Cause, /no b/);
  });

  it("starts a state machine by a rule for what another one has put on the bus", async () => {
    await call(await output("stateMachine", "url"), "POST", { a: 3, b: 4 });
    const kept = async () => (await items("stateMachine", "kept", 1)) as { id: { S: string } }[];
    await eventually(async () => (await kept()).some(({ id }) => id.S === "7"));
  });

  describe("killed, and started again with --allow-cloud", () => {
    before(async () => {
      for (const Body of ["first", "second"])
        await send((client, Bucket) => client.send(new PutObjectCommand({ Bucket, Key: "a", Body })));
      await send((client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key: "a" })));
      await run.interrupt("SIGKILL");
      project.write("index.ts", AFTERWARDS);
      run = new StartedProcess(project, ["--strict", "--allow-cloud"]);
      await run.ready();
    });

    it("has all versions of a bucket's objects", async () => {
      const { Versions = [], DeleteMarkers } = await send((client, Bucket) =>
        client.send(new ListObjectVersionsCommand({ Bucket, Prefix: "a", Delimiter: " " })),
      );
      assert.deepEqual([Versions.map(({ Size }) => Size), DeleteMarkers?.length], [[6, 5], 1]);
    });

    it("lets functions out to the cloud", async () => {
      assert.equal(await askCloud(), "reached");
      assert.doesNotMatch(run.stdout, REFUSED);
    });
  });
});
