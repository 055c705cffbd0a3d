import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
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
import { type RunStatus, StateFolder } from "../../../local/state-folder.ts";
import { ask } from "../../cli/ask.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { ProjectCopy, StartedProcess } from "./support.ts";

describe("npm start -- --cwd <another Pulumi program>", () => {
  let project: ProjectCopy;
  let run: StartedProcess;

  const start = async (fixture: string): Promise<string> => {
    project = new ProjectCopy(fixture);
    run = new StartedProcess(project);
    return run.ready();
  };
  /** A handler that asks a name of the cloud, which it knows to be a port of this machine. */
  const asksTheCloud = `({ pathParameters }) => new Promise((done) => require('http').get({
    hostname: 'sns.eu-west-1.amazonaws.com', port: pathParameters.name,
    lookup: (host, options, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) },
    () => done('reached')).on('error', ({ code }) => done(code)))`;

  afterEach(async () => {
    await run.end();
    project.remove();
  });

  const status = async (): Promise<RunStatus> => {
    const found = await new StateFolder(project.path, "dev").running();
    assert.ok(found, "the run answers on its control address");
    return found;
  };
  const settings = (variable: string, { variables }: RunStatus) => ({
    endpoint: variables[variable] ?? assert.fail(`no ${variable}`),
    region: "eu-west-1",
    credentials: operatorCredentials,
  });
  /** Waits until the table has so many items, and gives them. */
  const items = async (table: string, count: number): Promise<unknown[]> => {
    const run = await status();
    const client = new DynamoDBClient(settings("AWS_ENDPOINT_URL_DYNAMODB", run));
    const TableName = String((run.outputs.tables as Record<string, string>)[table]);
    try {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(50)) {
        const { Items = [] } = await client.send(new ScanCommand({ TableName }));
        if (Items.length >= count) return Items;
      }
      assert.fail(`${TableName} has not ${count} items:\n${run}`);
    } finally {
      client.destroy();
    }
  };

  const firstItem = async (table: string): Promise<unknown> => (await items(table, 1))[0];

  it("runs a callback that captures a secret", async () => {
    const url = await start("captured-secret");
    const response = await fetch(url);
    assert.deepEqual([response.status, await response.text()], [200, "5"]);
  });

  it("serves an HTTP API with code that stands in the program", async () => {
    const url = await start("inline-http");
    const response = await fetch(`${url}/greet/Amélie`);
    assert.deepEqual([response.status, await response.text()], [200, "Hello Amélie"]);
    assert.equal((await status()).outputs.url, url);
  });

  it("lets nothing out to the cloud, unless it is started with --allow-cloud", async () => {
    const there = createServer((_request, response) => response.end());
    await once(there.listen(0, "127.0.0.1"), "listening");
    const { port } = there.address() as AddressInfo;
    try {
      for (const [args, expected] of [
        [[], "CloudAddressRefused"],
        [["--allow-cloud"], "reached"],
      ] as const) {
        project = new ProjectCopy("inline-http");
        project.edit("index.ts", (text) =>
          text.replace(/"exports\.handler = [^"]*"/, JSON.stringify(`exports.handler = ${asksTheCloud};`)),
        );
        run = new StartedProcess(project, [...args]);
        const url = await run.ready();
        assert.equal(await (await fetch(`${url}/greet/${port}`)).text(), expected);
        const refusal = /^greet-\w+ wanted to reach sns\.eu-west-1\.amazonaws\.com: .*--allow-cloud\.$/m;
        if (args.length === 0) await run.waitForOutput(refusal);
        else assert.doesNotMatch(run.stdout, refusal);
        await run.end();
        if (args.length === 0) project.remove();
      }
    } finally {
      there.close();
    }
  });

  it("serves a REST API with a closure of the program", async () => {
    const url = await start("rest-callback");
    const response = await fetch(`${url}/v1/hello`);
    assert.deepEqual([response.status, await response.text()], [200, "Hello from a closure, GET"]);
  });

  it("lets code from a folder do what its role may, and refuses the rest as AWS does", async () => {
    const url = await start("table-from-folder");
    const read = await fetch(`${url}/any/path`);
    assert.deepEqual([read.status, await read.json()], [200, null]);
    const write = await fetch(url, { method: "PUT" });
    assert.equal(write.status, 403);
    const { name, message } = (await write.json()) as { name: string; message: string };
    assert.equal(name, "AccessDeniedException");
    assert.match(
      message,
      /^User: arn:aws:sts::123456789012:assumed-role\/role-\w+\/reader-\w+ is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table\/notes-\w+/,
    );
    await run.waitForOutput(/^IAM: User: /m);
  });

  it("gives messages of a queue to a closure", async () => {
    await start("queue-closure");
    const { outputs, ...rest } = await status();
    const client = new SQSClient(settings("AWS_ENDPOINT_URL_SQS", { outputs, ...rest }));
    await client.send(new SendMessageCommand({ QueueUrl: String(outputs.queueUrl), MessageBody: "order-1" }));
    client.destroy();
    assert.deepEqual(await firstItem("taken"), { id: { S: "order-1" } });
  });

  it("tells a closure of a new object in a bucket", async () => {
    await start("bucket-closure");
    const { outputs, ...rest } = await status();
    const client = new S3Client({
      ...settings("AWS_ENDPOINT_URL_S3", { outputs, ...rest }),
      forcePathStyle: true,
    });
    await client.send(new PutObjectCommand({ Bucket: String(outputs.bucket), Key: "a b.txt", Body: "x" }));
    client.destroy();
    assert.deepEqual(await firstItem("seen"), { key: { S: "a+b.txt" } });
  });

  it("starts with --strict where a bucket keeps versions, which a killed run does not lose", async () => {
    project = new ProjectCopy("bucket-closure");
    run = new StartedProcess(project, ["--strict"]);
    await run.ready();
    const send = async <T>(asked: (client: S3Client, Bucket: string) => Promise<T>): Promise<T> => {
      const found = await status();
      const client = new S3Client({ ...settings("AWS_ENDPOINT_URL_S3", found), forcePathStyle: true });
      return asked(client, String(found.outputs.bucket)).finally(() => client.destroy());
    };
    for (const Body of ["first", "second"])
      await send((client, Bucket) => client.send(new PutObjectCommand({ Bucket, Key: "a", Body })));
    await send((client, Bucket) => client.send(new DeleteObjectCommand({ Bucket, Key: "a" })));
    await run.interrupt("SIGKILL");
    run = new StartedProcess(project, ["--strict"]);
    await run.ready();
    const { Versions = [], DeleteMarkers } = await send((client, Bucket) =>
      client.send(new ListObjectVersionsCommand({ Bucket })),
    );
    assert.deepEqual([Versions.map(({ Size }) => Size), DeleteMarkers?.length], [[6, 5], 1]);
  });

  it("takes what is said to a topic and on a bus to the closures that want it", async () => {
    const url = await start("topic-and-rule");
    for (const text of ["noise", "hello"]) {
      const response = await fetch(`${url}/${text}`);
      assert.deepEqual([response.status, await response.text()], [200, "0"]);
    }
    const heard = (await items("heard", 2)) as { id: { S: string } }[];
    assert.deepEqual(heard.map(({ id }) => id.S).sort(), ["rule: hello", "topic: hello"]);
    assert.doesNotMatch(run.stdout, /unsupported/);
  });

  it("tells the topic of an alarm that it fires", async () => {
    const url = await start("topic-and-rule");
    assert.equal((await fetch(`${url}/hello`)).status, 200);
    const [, origin, token] = await run.waitForOutput(/^Look at it: (http:\S+)\/\?token=(\S+)$/m);
    // Alarms are judged every minute, and whenever somebody looks.
    await fetch(`${origin}/api/monitoring`, { headers: { authorization: `Bearer ${token}` } });
    await run.waitForOutput(/people@example\.com.*ALARM: "busy" in eu-west-1/s);
    await run.waitForOutput(/"NewStateValue":\s*"ALARM"/);
  });

  it("knows a scheduled rule, and what another stack's outputs are from a file", async () => {
    await start("scheduled-rule");
    assert.match(run.stdout, /^warning: Every minute is often\.$/m);
    assert.doesNotMatch(run.stdout, /Nobody reads this/);
    const { stdout: parity } = await ask("parity", "--cwd", project.path);
    assert.match(parity, /^ {2}realised +1 +aws:cloudwatch\/eventRule:EventRule /m);
    const answer = await ask("invoke", "tick", "--cwd", project.path);
    assert.deepEqual([answer.code, answer.stdout], [0, '"Good morning"\n']);
  });
});
