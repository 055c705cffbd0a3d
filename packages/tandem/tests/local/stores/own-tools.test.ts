import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { type Answer, ask } from "../../cli/ask.ts";
import { ProjectCopy, StartedProcess } from "../start/support.ts";

const execute = promisify(execFile);
const tandem = path.resolve("packages/tandem/cli/tandem.js");

/** One run for all: what each test leaves in a store is its own. */
describe("into the stores of a run that is up", () => {
  let project: ProjectCopy;
  let run: StartedProcess;
  let folder: string;

  before(async () => {
    project = new ProjectCopy("stores");
    folder = mkdtempSync(path.join(tmpdir(), "tandem-own-tools-"));
    run = new StartedProcess(project);
    await run.ready();
  });

  after(async () => {
    await run.end();
    project.remove();
    rmSync(folder, { recursive: true });
  });

  /** Fails with what the command says where it refuses. */
  const command = async (name: string, ...args: string[]): Promise<Answer> => {
    const answer = await ask(name, ...args, "--cwd", project.path);
    assert.equal(answer.code, 0, answer.stderr);
    return answer;
  };
  const refused = async (name: string, args: string[], why: RegExp): Promise<void> => {
    const { code, stdout, stderr } = await ask(name, ...args, "--cwd", project.path);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr.replace(/^error: /, ""), why);
  };
  const output = async (name: string, ...args: string[]): Promise<string> =>
    (await command(name, ...args)).stdout.trimEnd();
  const messages = async (queue: string): Promise<Record<string, unknown>[]> =>
    (await output("queue", "peek", queue))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  describe("npm run env", () => {
    /** A script that knows nothing of this project, in a shell that has evaluated what the command prints. */
    const inShell = async (script: string, own: NodeJS.ProcessEnv): Promise<string> => {
      const line = `eval "$("$NODE" "$TANDEM" env --cwd "$PROJECT")" && exec "$NODE" --input-type=module --eval "$SCRIPT"`;
      const env = { NODE: process.execPath, TANDEM: tandem, PROJECT: project.path, SCRIPT: script };
      const { PATH, HOME } = process.env;
      return (await execute("sh", ["-c", line], { env: { PATH, HOME, ...own, ...env } })).stdout.trim();
    };

    const SCRIPT = `
      import { DescribeTableCommand, DynamoDBClient, ListTablesCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
      import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
      import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
      import { MongoClient } from "mongodb";
      const dynamodb = new DynamoDBClient();
      const { TableNames } = await dynamodb.send(new ListTablesCommand());
      const TableName = TableNames[0];
      const Item = { hall: { S: "sdk" }, seat: { N: "12345678901234567890" }, who: { SS: ["a"] } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
      const { Items } = await dynamodb.send(new ScanCommand({ TableName }));
      const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
      const sqs = new SQSClient();
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "stores-orders" }));
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "from the SDK" }));
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const s3 = new S3Client();
      await s3.send(new PutObjectCommand({ Bucket: "stores-photos", Key: "sdk.txt", Body: "x" }));
      const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "stores-photos", Prefix: "sdk" }));
      const client = await new MongoClient(process.env.MONGO_URL).connect();
      const notes = client.db("notes").collection("notes");
      await notes.insertOne({ _id: 1, text: "hello" });
      const note = await notes.findOne();
      await client.close();
      console.log(JSON.stringify({
        items: Items, arn: Table.TableArn, note,
        bodies: Messages.map(({ Body }) => Body), keys: Contents.map(({ Key }) => Key),
      }));`;

    it("lets AWS's SDK and MongoDB's driver in, over a profile, a region and a session of the shell's own", async () => {
      const own = { AWS_PROFILE: "work", AWS_SESSION_TOKEN: "theirs", AWS_REGION: "us-east-1" };
      assert.deepEqual(JSON.parse(await inShell(SCRIPT, own)), {
        items: [{ hall: { S: "sdk" }, seat: { N: "12345678901234567890" }, who: { SS: ["a"] } }],
        arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/stores-seats",
        bodies: ["from the SDK"],
        keys: ["sdk.txt"],
        note: { _id: 1, text: "hello" },
      });
      assert.equal(
        await output("tables", "query", "seats", '{"hall": "sdk"}'),
        '{"hall":"sdk","seat":12345678901234567890,"who":["a"]}',
      );
    });

    it("prints the same as JSON", async () => {
      const variables = JSON.parse(await output("env", "--json"));
      assert.deepEqual(Object.keys(variables).sort(), [
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_DYNAMODB",
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS",
        "AWS_ENDPOINT_URL_LAMBDA",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL_SQS",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_XRAY_DAEMON_ADDRESS",
        "DYNAMO_ENDPOINT",
        "MONGO_URL",
        "_AWS_XRAY_DAEMON_ADDRESS",
        "_AWS_XRAY_DAEMON_PORT",
      ]);
      assert.equal(variables.AWS_REGION, "eu-west-1");
    });

    it("names the run to start when none is up", async () => {
      const other = new ProjectCopy("stores");
      try {
        const { code, stdout, stderr } = await ask("env", "--cwd", other.path, "--stack", "test");
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(
          stderr,
          /^error: No local run of stack test is up in \S+\. Start it in another terminal: npm start -- --cwd \S+ --stack test$/m,
        );
      } finally {
        other.remove();
      }
    });
  });

  describe("npm run tables", () => {
    it("puts, gets, queries, scans, counts and deletes", async () => {
      for (const seat of ["1", "2", "3"])
        await output(
          "tables",
          "put",
          "seats",
          `{"hall": "north", "seat": ${seat}, "tags": ["a", {"b": null}]}`,
        );
      assert.equal(
        await output("tables", "query", "seats", '{"hall": "north", "seat": 2}'),
        '{"hall":"north","seat":2,"tags":["a",{"b":null}]}',
      );
      const first = await command("tables", "query", "seats", '{"hall": "north"}', "--limit", "2");
      assert.equal(first.stdout.split("\n").filter(Boolean).length, 2);
      assert.equal(first.stderr, "The first 2 are shown; --limit 0 shows all.\n");
      const all = await command("tables", "scan", "stores-seats", "--limit", "0");
      assert.equal(all.stdout.match(/"hall":"north"/g)?.length, 3);
      assert.equal(all.stderr, "");
      assert.match(await output("tables"), /^ {2}seats {2}stores-seats {2}[1-9] items$/);
      assert.equal(
        await output("tables", "get", "seats", '{"hall": "north", "seat": 1}'),
        JSON.stringify({ hall: "north", seat: 1, tags: ["a", { b: null }] }, null, 2),
      );
      assert.equal(
        await output("tables", "delete", "seats", '{"hall": "north", "seat": 1}'),
        "Deleted from seats.",
      );
      await refused("tables", ["get", "seats", '{"hall": "north", "seat": 1}'], /has no item/);
    });

    it("says what is wrong with what it is given", async () => {
      const wrong: [args: string[], expected: RegExp][] = [
        [["scan", "seat"], /^The program declares no table "seat"\. There are: seats\./],
        [["scan"], /^scan: which table\?\nUsage: npm run tables -- \[list\]/],
        [["drop", "seats"], /^"drop" is none of list, scan, query, get, put, delete\./],
        [["list", "seats"], /^list: unexpected argument 'seats'\./],
        [["get", "seats", "{hall}"], /^The key \{hall\} is not JSON: /],
        [["get", "seats", "[1]"], /^The key \[1\] is no JSON object/],
        [["put", "seats", '{"hall": "x"}'], /^Table stores-seats: .*seat/],
      ];
      for (const [args, expected] of wrong) await refused("tables", args, expected);
    });
  });

  describe("npm run queue", () => {
    it("sends, and shows what lies there without taking or counting it", async () => {
      await output("queue", "send", "failed", "look at me");
      for (const _ of [1, 2]) {
        const [message, ...others] = await messages("failed");
        assert.deepEqual([message?.state, message?.received, message?.body], ["ready", 0, "look at me"]);
        assert.deepEqual(others, []);
      }
      assert.match(
        await output("queue"),
        /^ {2}failed +stores-failed +1 ready, 0 delayed, 0 in flight +dead letters of stores-orders$/m,
      );
    });

    it("brings dead letters back where they came from", async () => {
      await output("queue", "purge", "orders");
      await output("queue", "purge", "failed");
      await output("queue", "send", "failed", "first");
      await output("queue", "send", "failed", "second");
      assert.equal(await output("queue", "redrive", "failed"), "2 messages sent from failed to orders.");
      assert.deepEqual(await messages("failed"), []);
      assert.deepEqual((await messages("orders")).map(({ body }) => body).sort(), ["first", "second"]);
    });

    it("empties a queue", async () => {
      await output("queue", "send", "orders", "x");
      assert.equal(await output("queue", "purge", "orders"), "Nothing is left in orders.");
      assert.deepEqual(await messages("orders"), []);
    });

    it("sends to a group of a FIFO queue", async () => {
      await output("queue", "send", "steps", "one", "--group", "a");
      const [message] = await messages("steps");
      assert.deepEqual([message?.body, message?.group], ["one", "a"]);
    });

    it("brings messages of a FIFO queue to one that keeps no order", async () => {
      await output("queue", "purge", "steps");
      await output("queue", "send", "steps", "two", "--group", "a");
      await output("queue", "purge", "orders");
      assert.equal(
        await output("queue", "redrive", "steps", "--to", "orders"),
        "1 messages sent from steps to orders.",
      );
      assert.deepEqual(
        (await messages("orders")).map(({ body }) => body),
        ["two"],
      );
    });

    it("says what is wrong with what it is given", async () => {
      const wrong: [args: string[], expected: RegExp][] = [
        [["redrive", "orders"], /^orders is the dead-letter queue of no queue.* Name a queue with --to\./],
        [
          ["redrive", "failed", "--to", "failed"],
          /^failed is where the messages are already\. Name another queue with --to\./,
        ],
        [["send", "steps", "x"], /^Queue steps: SendMessage: .*MessageGroupId/],
        [["peek", "order"], /^The program declares no queue "order"\. There are: failed, orders, steps\./],
      ];
      for (const [args, expected] of wrong) await refused("queue", args, expected);
    });
  });

  describe("npm run bucket", () => {
    it("puts, lists, gets and deletes", async () => {
      const file = path.join(folder, "photo.bin");
      writeFileSync(file, Buffer.from([0, 255, 10, 13]));
      assert.equal(await output("bucket", "put", "photos", "new/a.bin", file), "Put new/a.bin into photos.");
      assert.match(
        await output("bucket", "list", "photos", "new/"),
        /^ {2}\d{4}-\S+Z {2}4 bytes {2}new\/a\.bin$/,
      );
      const copy = path.join(folder, "copy.bin");
      await output("bucket", "get", "photos", "new/a.bin", copy);
      assert.deepEqual(readFileSync(copy), readFileSync(file));
      const { stdout } = await execute(
        process.execPath,
        [tandem, "bucket", "get", "photos", "new/a.bin", "--cwd", project.path],
        { encoding: "buffer" },
      );
      assert.deepEqual([...stdout], [0, 255, 10, 13]);
      await output("bucket", "delete", "photos", "new/a.bin");
      await refused("bucket", ["get", "photos", "new/a.bin"], /^Bucket stores-photos: /);
      assert.equal(await output("bucket"), "  photos  stores-photos");
    });

    it("says what is wrong with what it is given", async () => {
      const missing = path.join(folder, "missing");
      await refused("bucket", ["put", "photos", "a", missing], /^The file cannot be read: ENOENT/);
      await refused("bucket", ["list", "photo"], /^The program declares no bucket "photo"/);
    });
  });
});
