import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  RemovePermissionCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import type { Recording } from "../../../program/recording.ts";
import {
  queue,
  queueArn,
  queueUrl,
  REGION,
  recording,
  role,
  roleArn,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

/** To be called in a `describe`, as `serviceRun` is. */
function sqsRun(lasts: "test" | "block") {
  const run = serviceRun({ lasts });

  const start = (program: Recording) => restart(testContext(program));

  async function restart(context = run.context) {
    await run.start(new QueueAndBucketService(await run.begin(context)));
  }

  const client = (credentials?: Credentials, region?: string) =>
    run.client("AWS_ENDPOINT_URL_SQS", (settings) => new SQSClient(settings), credentials, region);

  const local = (name: string) => run.context.addresses.apply(queueUrl(name));

  return { run, start, restart, client, local };
}

describe("local SQS from one start to the next", () => {
  const { run, start, restart, client, local } = sqsRun("block");
  const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 });
  const declared = (visibilityTimeoutSeconds: number) =>
    recording(
      queue("kept", { visibilityTimeoutSeconds, delaySeconds: 0 }),
      queue("dead"),
      queue("poisoned", { visibilityTimeoutSeconds: 0, redrivePolicy }),
      queue("shown", { visibilityTimeoutSeconds: 600 }),
    );
  const attributes = async () =>
    (await client().send(new GetQueueAttributesCommand({ QueueUrl: local("kept"), AttributeNames: ["All"] })))
      .Attributes;
  const send = (name: string, MessageBody: string) =>
    client().send(new SendMessageCommand({ QueueUrl: local(name), MessageBody }));
  const receive = async (name: string, WaitTimeSeconds?: number) => {
    const MessageSystemAttributeNames = ["ApproximateReceiveCount" as const];
    const input = { QueueUrl: local(name), WaitTimeSeconds, MessageSystemAttributeNames };
    return (await client().send(new ReceiveMessageCommand(input))).Messages;
  };
  /** Of the first start. */
  let created: Awaited<ReturnType<typeof attributes>>;
  let poison: (number | undefined)[];
  let hidden: unknown;

  before(async () => {
    await start(declared(90));
    created = await attributes();
    await send("kept", "kept");
    await send("poisoned", "poison");
    poison = [];
    for (let time = 0; time < 3; time++) poison.push((await receive("poisoned", 1))?.length);
    await send("shown", "x");
    const [first] = (await receive("shown")) ?? [];
    hidden = await receive("shown");
    const { ReceiptHandle } = first ?? {};
    await client().send(
      new ChangeMessageVisibilityCommand({ QueueUrl: local("shown"), ReceiptHandle, VisibilityTimeout: 0 }),
    );
    await run.stop();
    run.context.recording = declared(60);
    await restart();
  });

  it("has queues with their settings, which answer under their recorded URL", () => {
    assert.equal(created?.QueueArn, queueArn("kept"));
    assert.equal(created?.VisibilityTimeout, "90");
  });

  it("keeps messages and takes over changed settings", async () => {
    assert.equal((await receive("kept"))?.[0]?.Body, "kept");
    assert.equal((await attributes())?.VisibilityTimeout, "60");
  });

  it("moves a message that nobody finishes to the dead letters", async () => {
    assert.deepEqual(poison, [1, 1, undefined]);
    assert.equal((await receive("dead", 1))?.[0]?.Body, "poison");
  });

  it("shows a message at once whose visibility timeout was set to 0", async () => {
    assert.equal(hidden, undefined);
    assert.equal((await receive("shown"))?.[0]?.Attributes?.ApproximateReceiveCount, "2");
  });
});

describe("local SQS", () => {
  const { run, start, restart, client, local } = sqsRun("test");

  it("says why its data cannot be written, to the client in SQS's form and at the terminal, and goes on afterwards", async () => {
    await start(recording(queue("changes")));
    const other = new DatabaseSync(path.join(run.context.dataFolder("fauxqs"), "fauxqs.db"));
    other.exec("BEGIN EXCLUSIVE");
    const send = () =>
      client().send(new SendMessageCommand({ QueueUrl: local("changes"), MessageBody: "x" }));
    await assert.rejects(send(), { name: "InternalError", message: "database is locked" });
    other.exec("ROLLBACK");
    other.close();
    await send();
    assert.deepEqual(run.context.lines, ["SQS and S3: database is locked."]);
  });

  it("says that its data is damaged, where it is and what to do", async () => {
    await start(recording());
    writeFileSync(path.join(run.context.dataFolder("fauxqs"), "fauxqs.db"), "damaged ".repeat(1000));
    run.context.recording = recording(queue("changes"));
    await assert.rejects(restart(), {
      name: "UserError",
      message: /fauxqs cannot be read: .*npm start -- --reset/,
    });
  });
});

describe("a request to the local SQS", () => {
  const { start, client, local } = sqsRun("block");
  /** Each test has its own. */
  const names = [
    "addressed",
    "allowed",
    "characters",
    "forbidden",
    "named",
    "operation",
    "regional",
    "untouched",
  ];
  const allow = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });

  before(() =>
    start(
      recording(
        ...names.map((name) => queue(name)),
        role("sender", allow("sqs:SendMessage", queueArn("allowed"))),
        role("abroad", allow("sqs:*", "arn:aws:sqs:us-east-1:*"), allow("sqs:*", queueArn("regional"))),
        role("everything", allow("sqs:*", "*")),
      ),
    ),
  );

  it("tells the local URL of a queue by name and in the list", async () => {
    const { QueueUrl } = await client().send(new GetQueueUrlCommand({ QueueName: "named" }));
    assert.equal(QueueUrl, local("named"));
    assert.deepEqual(
      (await client().send(new ListQueuesCommand({}))).QueueUrls?.sort(),
      names.map(local).sort(),
    );
    await assert.rejects(client().send(new GetQueueUrlCommand({ QueueName: "other" })), {
      name: "QueueDoesNotExist",
    });
  });

  it("takes characters beyond U+FFFF, as emoji are, alone and in a batch, and no half of one", async () => {
    const QueueUrl = local("characters");
    const [first, second] = ["Grüße 🌻", "\u{10000}\u{10FFFF}"];
    await client().send(new SendMessageCommand({ QueueUrl, MessageBody: first }));
    const Entries = [{ Id: "one", MessageBody: second }];
    assert.deepEqual(
      (await client().send(new SendMessageBatchCommand({ QueueUrl, Entries }))).Failed ?? [],
      [],
    );
    const asked = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await client().send(asked);
    assert.deepEqual(
      Messages.map(({ Body }) => Body),
      [first, second],
    );
    for (const refused of ["\uFFFE", "\uD83C", "\u0000"])
      await assert.rejects(client().send(new SendMessageCommand({ QueueUrl, MessageBody: refused })), {
        name: "InvalidMessageContents",
      });
  });

  it("names an operation that is not there, and hands on none by another path", async () => {
    const label = { QueueUrl: local("operation"), Label: "x" };
    await assert.rejects(client().send(new RemovePermissionCommand(label)), {
      name: /InvalidAction$/,
      message: "RemovePermission is not there in the local SQS.",
    });
    const elsewhere = client();
    elsewhere.middlewareStack.add(
      (next) => (args) => {
        (args.request as { path: string }).path = "/imports/key";
        return next(args);
      },
      { step: "build", priority: "low" },
    );
    await elsewhere.send(
      new SendMessageCommand({ QueueUrl: local("operation"), MessageBody: "to the queue" }),
    );
    const { Messages } = await client().send(new ReceiveMessageCommand({ QueueUrl: local("operation") }));
    assert.equal(Messages?.[0]?.Body, "to the queue");
  });

  it("lets a role do what its policy allows and refuses the rest as AWS does", async () => {
    const as = client(credentialsOf(roleArn("sender")));
    await as.send(new SendMessageCommand({ QueueUrl: local("allowed"), MessageBody: "x" }));
    const Entries = [{ Id: "1", MessageBody: "x" }];
    await as.send(new SendMessageBatchCommand({ QueueUrl: local("allowed"), Entries }));
    await assert.rejects(as.send(new ReceiveMessageCommand({ QueueUrl: local("allowed") })), {
      name: "AccessDenied",
      message:
        "User: arn:aws:sts::123456789012:assumed-role/sender/sender is not authorized to perform: sqs:ReceiveMessage " +
        `on resource: ${queueArn("allowed")} because no identity-based policy allows the sqs:ReceiveMessage action`,
    });
    await assert.rejects(
      as.send(new SendMessageCommand({ QueueUrl: local("forbidden"), MessageBody: "x" })),
      {
        name: "AccessDenied",
      },
    );
  });

  it("finds no queue by another region, and takes no URL that says more than the queue", async () => {
    const credentials = credentialsOf(roleArn("abroad"));
    const send = (QueueUrl: string, region = REGION) =>
      client(credentials, region).send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    await send(local("regional"));
    const scope = { name: "SignatureDoesNotMatch", message: /scoped to a valid region, not 'us-east-1'/ };
    await assert.rejects(send(local("untouched"), "us-east-1"), scope);
    for (const caller of [credentials, operatorCredentials]) {
      const byName = new GetQueueUrlCommand({ QueueName: "untouched" });
      await assert.rejects(client(caller, "us-east-1").send(byName), { name: /QueueDoesNotExist/ });
    }
    await assert.rejects(
      client(operatorCredentials, "us-east-1").send(
        new ReceiveMessageCommand({ QueueUrl: local("regional") }),
      ),
      scope,
    );
    await assert.rejects(send(`${local("untouched")}?a=/regional`), { name: "AccessDenied" });
    const { Messages } = await client().send(new ReceiveMessageCommand({ QueueUrl: local("untouched") }));
    assert.equal(Messages, undefined);
  });

  it("is one queue by its address here and by the cloud's, and none of another account", async () => {
    const sender = client(credentialsOf(roleArn("everything")));
    const send = (QueueUrl: string) => sender.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
    const cloud = queueUrl("addressed");
    await send(cloud);
    const { Messages = [] } = await sender.send(new ReceiveMessageCommand({ QueueUrl: local("addressed") }));
    assert.equal(Messages.length, 1);
    await assert.rejects(send(cloud.replace(REGION, "us-east-1")), { name: "SignatureDoesNotMatch" });
    const foreign = "999999999999";
    await assert.rejects(send(local("addressed").replace("123456789012", foreign)), {
      name: /QueueDoesNotExist/,
    });
    const byName = new GetQueueUrlCommand({ QueueName: "addressed", QueueOwnerAWSAccountId: foreign });
    await assert.rejects(sender.send(byName), { name: /QueueDoesNotExist/ });
  });
});
