/** What SQS was recorded to answer. */
import assert from "node:assert/strict";
import {
  CancelMessageMoveTaskCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { type Credentials, credentialsOf } from "../../../local/iam/credentials.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import {
  queue,
  queueArn,
  queueUrl,
  recording,
  role,
  roleArn,
  type TestContext,
  testContext,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

describe("SQS as recorded", () => {
  const run = serviceRun({ lasts: "block" });

  const redrivePolicy = (to: string) =>
    JSON.stringify({ deadLetterTargetArn: queueArn(to), maxReceiveCount: 1 });
  const source = (name: string, to: string) => queue(name, { redrivePolicy: redrivePolicy(to) });

  /** Each test has queues of its own. */
  const program = recording(
    ...["with-attributes", "used-up", "named", "limited", "dead", "graves", "other", "guarded"].map((name) =>
      queue(name),
    ),
    queue("fifo.fifo", { fifoQueue: true }),
    source("poisoned", "dead"),
    source("one", "graves"),
    source("two", "graves"),
    source("changes", "guarded"),
    role("mover", {
      Effect: "Allow",
      Action: [
        "sqs:StartMessageMoveTask",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
      ],
      Resource: queueArn("guarded"),
    }),
  );

  const start = async (context: TestContext) =>
    run.start(new QueueAndBucketService(await run.begin(context)));
  before(() => start(testContext(program)));

  const client = (credentials?: Credentials) =>
    run.client("AWS_ENDPOINT_URL_SQS", (settings) => new SQSClient(settings), credentials);
  const local = (name: string) => run.context.addresses.apply(queueUrl(name));
  const send = (name: string, more: Partial<SendMessageCommandInput> = {}) =>
    client().send(new SendMessageCommand({ QueueUrl: local(name), MessageBody: "msg", ...more }));
  const receive = async (name: string, more: Partial<ReceiveMessageCommandInput> = {}) => {
    const { Messages } = await client().send(
      new ReceiveMessageCommand({ QueueUrl: local(name), VisibilityTimeout: 0, ...more }),
    );
    return Messages;
  };

  const General = { DataType: "String", StringValue: "Kenobi" };
  const Hello = { DataType: "String", StringValue: "There" };
  const Me = { DataType: "String", StringValue: "Me" };
  const all = { General, Hello, "Help.Me": Me };

  /** Attributes asked for → those given, and their digest. */
  const ASKED: [names: string[] | undefined, attributes: object | undefined, digest: string | undefined][] = [
    [undefined, undefined, undefined],
    [["All"], all, "4c360f3fdafd970e05fae2f149d997f5"],
    [["*"], all, "4c360f3fdafd970e05fae2f149d997f5"],
    [[".*"], all, "4c360f3fdafd970e05fae2f149d997f5"],
    [["Foo", "Help"], undefined, undefined],
    [["Hello", "General"], { General, Hello }, "fca026605781cb4126a1e9044df24232"],
    [["Foo", "Hello"], { Hello }, "a311262e065454b75da111d535b8dacd"],
    [["Hel.*"], { Hello, "Help.Me": Me }, "83fee93c1bcd8b9a5a923ffacdc636c7"],
    [["AWS."], undefined, undefined],
    [["..foo"], undefined, undefined],
  ];

  it("gives the attributes of a message that are asked for, by name, beginning or all, with their digest", async () => {
    const sent = await send("with-attributes", { MessageAttributes: all });
    assert.equal(sent.MD5OfMessageAttributes, "4c360f3fdafd970e05fae2f149d997f5");
    for (const [MessageAttributeNames, attributes, digest] of ASKED) {
      const [message] = (await receive("with-attributes", { MessageAttributeNames })) ?? [];
      assert.equal(message?.MD5OfBody, "6e2baaf3b97dbeef01c0043275f9a0e7");
      assert.deepEqual(message.MessageAttributes, attributes, String(MessageAttributeNames));
      assert.equal(message.MD5OfMessageAttributes, digest, String(MessageAttributeNames));
      assert.equal(message.Attributes, undefined);
    }
    const [named] = (await receive("with-attributes", { MessageSystemAttributeNames: ["SenderId"] })) ?? [];
    assert.deepEqual(Object.keys(named?.Attributes ?? {}), ["SenderId"]);
  });

  /** Receives until the queue gives its message up. */
  async function giveUp(name: string): Promise<void> {
    while (await receive(name)) await Promise.resolve();
  }

  it("tells of dead letters where they came from, also after a restart", async () => {
    await send("poisoned");
    await giveUp("poisoned");
    await run.stop();
    await start(run.context);
    const [message] = (await receive("dead", { MessageSystemAttributeNames: ["All"] })) ?? [];
    assert.equal(message?.Attributes?.DeadLetterQueueSourceArn, queueArn("poisoned"));
    const [without] = (await receive("dead", { MessageSystemAttributeNames: ["SentTimestamp"] })) ?? [];
    assert.deepEqual(Object.keys(without?.Attributes ?? {}), ["SentTimestamp"]);
  });

  it("refuses what is no receipt handle, and takes one that is used up", async () => {
    const QueueUrl = local("used-up");
    const invalid = {
      name: "ReceiptHandleIsInvalid",
      message: 'The input receipt handle "garbage" is not a valid receipt handle.',
    };
    const garbage = { QueueUrl, ReceiptHandle: "garbage" };
    await assert.rejects(client().send(new DeleteMessageCommand(garbage)), invalid);
    const change = new ChangeMessageVisibilityCommand({ ...garbage, VisibilityTimeout: 0 });
    await assert.rejects(client().send(change), invalid);
    await send("used-up");
    const [message] = (await receive("used-up", { VisibilityTimeout: 60 })) ?? [];
    const { ReceiptHandle } = message ?? {};
    await client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    await client().send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const Entries = [
      { Id: "a", ReceiptHandle },
      { Id: "b", ReceiptHandle: "garbage" },
    ];
    const batch = await client().send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    assert.deepEqual(batch.Successful, [{ Id: "a" }]);
    assert.deepEqual(
      batch.Failed?.map(({ Id, Code }) => [Id, Code]),
      [["b", "ReceiptHandleIsInvalid"]],
    );
  });

  it("calls errors by the names of AWS, with a prefix where AWS has one", async () => {
    const invalid = (message: string) => ({ Code: "InvalidParameterValue", message });
    await assert.rejects(
      receive("named", { MaxNumberOfMessages: 11 }),
      invalid(
        "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
      ),
    );
    await assert.rejects(
      receive("named", { WaitTimeSeconds: 21 }),
      invalid(
        "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
      ),
    );
    await assert.rejects(send("fifo.fifo"), {
      name: "MissingParameter",
      message: "The request must contain the parameter MessageGroupId.",
    });
    await assert.rejects(send("named", { MessageBody: "" }), {
      name: "MissingParameter",
      message: "The request must contain the parameter MessageBody.",
    });
    // A program without types may send it.
    await assert.rejects(send("named", JSON.parse('{ "MessageBody": 5 }')), {
      name: "MalformedInput",
      message: "NUMBER_VALUE can not be converted to a String",
    });
    const Entries = Array.from({ length: 20 }, (_, index) => ({ Id: String(index), MessageBody: "x" }));
    const batch = new SendMessageBatchCommand({ QueueUrl: local("named"), Entries });
    await assert.rejects(client().send(batch), {
      Code: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
      message: "Maximum number of entries per request are 10. You have sent 20.",
    });
    const QueueUrl = local("named").replace("named", "absent");
    await assert.rejects(client().send(new SendMessageCommand({ QueueUrl, MessageBody: "x" })), {
      Code: "AWS.SimpleQueueService.NonExistentQueue",
    });
  });

  it("takes no message beyond SQS's limits, alone or in a batch", async () => {
    const REFUSED: [Partial<SendMessageCommandInput>, RegExp][] = [
      [{ DelaySeconds: 901 }, /^Value 901 for parameter DelaySeconds is invalid\. /],
      [
        { MessageAttributes: { ErrorDetails: { DataType: "String", StringValue: "" } } },
        /^Message \(user\) attribute 'ErrorDetails' must contain a non-empty value of type 'String'\.$/,
      ],
      [
        { MessageGroupId: "group 123" },
        /^Value group 123 for parameter MessageGroupId is invalid\. Reason: MessageGroupId can only include alphanumeric and punctuation characters\. 1 to 128 in length\.$/,
      ],
    ];
    for (const [input, message] of REFUSED)
      await assert.rejects(send("limited", input), { name: "InvalidParameterValue", message });
    const Entries = [
      { Id: "good", MessageBody: "x" },
      { Id: "late", MessageBody: "x", DelaySeconds: 901 },
    ];
    const command = new SendMessageBatchCommand({ QueueUrl: local("limited"), Entries });
    const { Successful, Failed } = await client().send(command);
    assert.deepEqual([Successful?.map(({ Id }) => Id), Failed?.map(({ Id }) => Id)], [["good"], ["late"]]);
    assert.equal((await receive("limited", { MaxNumberOfMessages: 10 }))?.length, 1);
  });

  it("moves dead letters back to where each came from, or to the queue that is named", async () => {
    for (const name of ["one", "two"]) {
      await send(name, { MessageBody: `of ${name}` });
      await giveUp(name);
    }
    const SourceArn = queueArn("graves");
    const { queueUrls } = await client().send(
      new ListDeadLetterSourceQueuesCommand({ QueueUrl: local("graves") }),
    );
    assert.deepEqual(queueUrls, [local("one"), local("two")]);
    const { TaskHandle } = await client().send(new StartMessageMoveTaskCommand({ SourceArn }));
    const tasks = async () => {
      const { Results = [] } = await client().send(new ListMessageMoveTasksCommand({ SourceArn }));
      return Results.map(({ StartedTimestamp, ...rest }) => ({ ...rest, started: typeof StartedTimestamp }));
    };
    assert.deepEqual(await tasks(), [
      {
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 2,
        SourceArn,
        Status: "COMPLETED",
        started: "number",
      },
    ]);
    const cancel = new CancelMessageMoveTaskCommand({ TaskHandle });
    await assert.rejects(client().send(cancel), {
      name: "ResourceNotFoundException",
      message: "Task does not exist.",
    });
    assert.equal(await receive("graves"), undefined);
    for (const name of ["one", "two"]) assert.equal((await receive(name))?.[0]?.Body, `of ${name}`);
    await send("graves", { MessageBody: "by hand" });
    await client().send(new StartMessageMoveTaskCommand({ SourceArn }));
    const [failed] = await tasks();
    assert.deepEqual([failed?.Status, failed?.FailureReason], ["FAILED", "CouldNotDetermineMessageSource"]);
    const DestinationArn = queueArn("other");
    await client().send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
    const [named] = await tasks();
    assert.deepEqual([named?.Status, named?.DestinationArn], ["COMPLETED", DestinationArn]);
    assert.equal((await receive("other"))?.[0]?.Body, "by hand");
  });

  it("moves nothing from a queue without sources, to a queue that is not there, or without leave", async () => {
    const move = (input: { SourceArn: string; DestinationArn?: string }, credentials?: Credentials) =>
      client(credentials).send(new StartMessageMoveTaskCommand(input));
    const SourceArn = queueArn("guarded");
    await assert.rejects(move({ SourceArn: queueArn("changes") }), {
      name: "InvalidParameterValue",
      message: "Source queue must be configured as a Dead Letter Queue.",
    });
    await assert.rejects(move({ SourceArn, DestinationArn: queueArn("absent") }), {
      name: "ResourceNotFoundException",
      message: "The resource that you specified for the DestinationArn parameter doesn't exist.",
    });
    await assert.rejects(client().send(new CancelMessageMoveTaskCommand({ TaskHandle: "x" })), {
      name: "InvalidParameterValue",
      message: "Value for parameter TaskHandle is invalid.",
    });
    await assert.rejects(move({ SourceArn }, credentialsOf(roleArn("mover"))), {
      name: "AccessDenied",
      message: /sqs:SendMessage on resource: \S+changes/,
    });
  });
});
