import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, symlinkSync } from "node:fs";
import path from "node:path";
import { DeploymentRefusals } from "../../../local/deployment-refusals.ts";
import { DynamodbService } from "../../../local/dynamodb/service.ts";
import { EventBusService } from "../../../local/event-buses/service.ts";
import { type Credentials, credentialsOf, operatorCredentials } from "../../../local/iam/credentials.ts";
import type { InvokeOptions, InvokeResult } from "../../../local/invocation.ts";
import { JsonClient } from "../../../local/json-client.ts";
import { OtherAwsService } from "../../../local/other-services/service.ts";
import { QueueAndBucketService } from "../../../local/queues-and-buckets/service.ts";
import { secondsAtMost } from "../../../local/state-machines/declared.ts";
import { StateMachineService } from "../../../local/state-machines/service.ts";
import { TopicService } from "../../../local/topics/service.ts";
import type { RecordedResource, Values } from "../../../program/recording.ts";
import { eventually } from "../../support/patience.ts";
import {
  queue,
  queueUrl,
  REGION,
  recording,
  resource,
  role,
  roleArn,
  testContext,
  trusting,
} from "../iam/recordings.ts";
import { serviceRun } from "../support/service-run.ts";

const arnOf = (rest: string) => `arn:aws:states:${REGION}:123456789012:${rest}`;
const functionArn = (name: string) => `arn:aws:lambda:${REGION}:123456789012:function:${name}`;
const TOPIC = `arn:aws:sns:${REGION}:123456789012:shipped`;

function machine(name: string, states: object, inputs: Values = {}, more: object = {}): RecordedResource {
  const definition = JSON.stringify({ StartAt: Object.keys(states)[0], States: states, ...more });
  const all = { name, roleArn: roleArn("machine"), definition, ...inputs };
  return resource("aws:sfn/stateMachine:StateMachine", name, all, { arn: arnOf(`stateMachine:${name}`) });
}

const roleFor = (service: string, name: string, ...allowed: string[]) =>
  trusting(service, role(name, { Effect: "Allow", Action: allowed, Resource: "*" }));
const machineRole = (...allowed: string[]) => roleFor("states.amazonaws.com", "machine", ...allowed);

const lambdaTask = (name: string, more: object = {}) => ({
  Type: "Task",
  Resource: functionArn(name),
  End: true,
  ...more,
});
const integration = (resource: string, parameters: object, more: object = {}) => ({
  Type: "Task",
  Resource: `arn:aws:states:::${resource}`,
  Parameters: parameters,
  End: true,
  ...more,
});

interface Described {
  executionArn: string;
  status: string;
  output?: string;
  error?: string;
  cause?: string;
}

describe("state machines", () => {
  const run = serviceRun();
  let service: StateMachineService;
  let invoked: [name: string, payload: unknown, options: InvokeOptions | undefined][];
  let answers: Record<string, (payload: unknown) => Partial<InvokeResult>>;

  const invoker = {
    async invoke(name: string, payload: unknown, options?: InvokeOptions): Promise<InvokeResult> {
      invoked.push([name, payload, options]);
      const answer = answers[name.split(":").at(-1) ?? ""];
      assert.ok(answer, `${name} is invoked`);
      return { requestId: "1", status: "ok", ...answer(payload) };
    },
  };

  async function start(...program: RecordedResource[]): Promise<void> {
    await startIn(testContext(recording(...program)));
  }

  async function startIn(context: ReturnType<typeof testContext>): Promise<void> {
    const iam = await run.begin(context);
    const otherServices = new OtherAwsService(iam);
    const refusals = new DeploymentRefusals();
    const deliver = async () => assert.fail("nothing is delivered");
    service = new StateMachineService({ otherServices, iam, invoker, refusals });
    const topics = new TopicService({ otherServices, iam, deliver, refusals });
    const buses = new EventBusService({ otherServices, iam, deliver, refusals });
    await run.start(otherServices, topics, buses, service);
  }

  beforeEach(() => {
    invoked = [];
    answers = { adds: (payload) => ({ payload: JSON.stringify({ added: payload }) }) };
  });

  const client = (credentials: Credentials = operatorCredentials) => {
    const endpoint = new URL(run.context.addresses.variables().AWS_ENDPOINT_URL ?? "");
    return new JsonClient({
      endpoint,
      service: "states",
      target: "AWSStepFunctions",
      region: REGION,
      credentials,
    });
  };
  const call = <Output = Described>(operation: string, input: object, credentials?: Credentials) =>
    client(credentials).call<Output>(operation, input);
  const begin = (name: string, input: unknown = {}, more: object = {}) =>
    call("StartExecution", {
      stateMachineArn: arnOf(`stateMachine:${name}`),
      input: JSON.stringify(input),
      ...more,
    });
  const describeExecution = (executionArn: string) => call("DescribeExecution", { executionArn });
  async function ended(executionArn: string): Promise<Described> {
    await eventually(async () => (await describeExecution(executionArn)).status !== "RUNNING");
    return describeExecution(executionArn);
  }
  /** That a function was called with. */
  const tokenOf = (at: number) => (invoked[at] as [string, { token: string }, unknown])[1].token;
  const execute = async (name: string, input: unknown = {}) => ended((await begin(name, input)).executionArn);

  it("run a function by its ARN and by lambda:invoke, in the name of their role", async () => {
    const invoke = integration("lambda:invoke", { FunctionName: functionArn("adds"), "Payload.$": "$" });
    await start(
      machine("calls", { One: lambdaTask("adds", { End: false, Next: "Two" }), Two: invoke }),
      machineRole("lambda:InvokeFunction"),
    );
    const { executionArn, status, output = "" } = await execute("calls", { n: 1 });
    assert.equal(status, "SUCCEEDED");
    assert.deepEqual(JSON.parse(output), {
      ExecutedVersion: "$LATEST",
      Payload: { added: { added: { n: 1 } } },
      StatusCode: 200,
    });
    assert.deepEqual(invoked[0], [
      functionArn("adds"),
      { n: 1 },
      { caller: "state machine", type: "RequestResponse", waits: true },
    ]);
    const { events } = await call<{ events: { type: string; id: number; previousEventId: number }[] }>(
      "GetExecutionHistory",
      { executionArn },
    );
    assert.deepEqual(
      events.map(({ type, id, previousEventId }) => [id, previousEventId, type]),
      [
        "ExecutionStarted",
        "TaskStateEntered",
        "LambdaFunctionScheduled",
        "LambdaFunctionStarted",
        "LambdaFunctionSucceeded",
        "TaskStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
      ].map((type, at) => [at + 1, at, type]),
    );
  });

  it("call nothing that their role may not, and say what to add", async () => {
    await start(machine("calls", { One: lambdaTask("adds") }), machineRole("sqs:SendMessage"));
    const { status, error, cause } = await execute("calls");
    assert.deepEqual([status, error], ["FAILED", "Lambda.AWSLambdaException"]);
    assert.match(cause ?? "", /is not authorized to perform: lambda:InvokeFunction/);
    assert.deepEqual(invoked, []);
    assert.match(run.context.lines.join("\n"), /State machine calls: .*Add to the policy of role machine/);
  });

  it("call nothing where their role does not trust Step Functions", async () => {
    const distrusting = roleFor("lambda.amazonaws.com", "machine", "lambda:InvokeFunction");
    await start(machine("calls", { One: lambdaTask("adds") }), distrusting);
    assert.match((await execute("calls")).cause ?? "", /states\.amazonaws\.com/);
    assert.deepEqual(invoked, []);
  });

  it("fail by the error of a function, with all it says of it", async () => {
    const error = { errorType: "NoRoom", errorMessage: "full", trace: ["at x"] };
    answers.adds = () => ({ status: "error", error });
    const caught = { ErrorEquals: ["NoRoom"], ResultPath: "$.e", Next: "B" };
    await start(
      machine("fails", { A: lambdaTask("adds") }),
      machine("catches", { A: lambdaTask("adds", { Catch: [caught] }), B: { Type: "Succeed" } }),
      machineRole("lambda:InvokeFunction"),
    );
    const failed = await execute("fails");
    assert.deepEqual(
      [failed.status, failed.error, failed.cause],
      ["FAILED", "NoRoom", JSON.stringify(error)],
    );
    const { output = "" } = await execute("catches");
    assert.deepEqual(JSON.parse(output), { e: { Error: "NoRoom", Cause: JSON.stringify(error) } });
    answers.adds = () => ({ status: "throttled" });
    assert.equal((await execute("fails")).error, "Lambda.TooManyRequestsException");
  });

  it("wait for a token until somebody sends it back, by success or failure, and know it no more then", async () => {
    const waits = integration("lambda:invoke.waitForTaskToken", {
      FunctionName: functionArn("asks"),
      Payload: { "token.$": "$$.Task.Token" },
    });
    answers.asks = () => ({ payload: "null" });
    await start(machine("waits", { A: waits }), machineRole("lambda:InvokeFunction"));
    const token = async (at: number) => {
      await eventually(() => invoked.length > at);
      return tokenOf(at);
    };
    const first = await begin("waits");
    await call("SendTaskHeartbeat", { taskToken: await token(0) });
    assert.equal((await describeExecution(first.executionArn)).status, "RUNNING");
    await call("SendTaskSuccess", { taskToken: await token(0), output: '{"yes":true}' });
    assert.equal((await ended(first.executionArn)).output, '{"yes":true}');
    await assert.rejects(call("SendTaskSuccess", { taskToken: await token(0), output: "1" }), {
      code: "TaskTimedOut",
      detail: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    const second = await begin("waits");
    await call("SendTaskFailure", { taskToken: await token(1), error: "No", cause: "never" });
    const { status, error, cause } = await ended(second.executionArn);
    assert.deepEqual([status, error, cause], ["FAILED", "No", "never"]);
  });

  it("end tasks whose time is up or whose heart has stopped, and themselves", async () => {
    const waits = (more: object) =>
      integration("lambda:invoke.waitForTaskToken", { FunctionName: functionArn("adds") }, more);
    await start(
      machine("late", { A: waits({ TimeoutSeconds: 0.05 }) }),
      machine("silent", { A: waits({ HeartbeatSeconds: 0.05 }) }),
      machine("long", { A: { Type: "Wait", Seconds: 60, End: true } }, {}, { TimeoutSeconds: 0.05 }),
      machineRole("lambda:InvokeFunction"),
    );
    assert.equal((await execute("late")).error, "States.Timeout");
    assert.equal((await execute("silent")).error, "States.HeartbeatTimeout");
    const { status, error } = await execute("long");
    assert.deepEqual([status, error], ["TIMED_OUT", "States.Timeout"]);
  });

  it("fail at 25,000 events, and let the oldest go before all histories are too much to keep", async () => {
    const pass = (next: string) => ({ Type: "Pass", Next: next });
    await start(machine("round", { A: pass("B"), B: pass("A") }), machineRole("sqs:SendMessage"));
    const [{ executionArn: first }, second] = [await begin("round"), await begin("round")];
    const { status, error, cause } = await ended(first);
    assert.deepEqual(
      [status, error, cause],
      ["FAILED", "States.Runtime", "The execution reached the maximum number of history events (25000)."],
    );
    const { events } = await call<{ events: { id: number; type: string }[] }>("GetExecutionHistory", {
      executionArn: first,
      reverseOrder: true,
      maxResults: 1,
    });
    assert.deepEqual(
      events.map(({ id, type }) => [id, type]),
      [[25_000, "ExecutionFailed"]],
    );
    await ended(second.executionArn);
    for (let more = 0; more < 3; more++) await execute("round");
    await assert.rejects(describeExecution(first), { code: "ExecutionDoesNotExist" });
    assert.equal((await describeExecution(second.executionArn)).status, "FAILED");
  });

  it("have five minutes where they are express, others what they say", () => {
    const of = (type: "STANDARD" | "EXPRESS", TimeoutSeconds?: number) =>
      secondsAtMost({ type, definition: { StartAt: "A", States: {}, TimeoutSeconds } });
    assert.deepEqual([of("EXPRESS"), of("EXPRESS", 400), of("EXPRESS", 2)], [300, 300, 2]);
    assert.deepEqual([of("STANDARD"), of("STANDARD", 400)], [undefined, 400]);
  });

  it("start other state machines, and wait for them where the resource says so", async () => {
    const parameters = { StateMachineArn: arnOf("stateMachine:inner"), Input: { "n.$": "$.n" } };
    await start(
      machine("inner", {
        A: { Type: "Choice", Choices: [{ Variable: "$.n", NumericEquals: 1, Next: "B" }], Default: "C" },
        B: { Type: "Succeed" },
        C: { Type: "Fail", Error: "Bad" },
      }),
      machine("starts", { A: integration("states:startExecution", parameters) }),
      machine("runs", { A: integration("states:startExecution.sync:2", parameters) }),
      machineRole("states:StartExecution"),
    );
    const started = JSON.parse((await execute("starts", { n: 1 })).output ?? "");
    assert.equal((await ended(started.ExecutionArn)).output, '{"n":1}');
    assert.deepEqual(JSON.parse((await execute("runs", { n: 1 })).output ?? "").Output, { n: 1 });
    assert.equal((await execute("runs", { n: 2 })).error, "States.TaskFailed");
  });

  it("publish to topics and put events, as their role may", async () => {
    const topic = resource("aws:sns/topic:Topic", "shipped", { name: "shipped" }, { arn: TOPIC });
    const entry = { Source: "shop", DetailType: "shipped", Detail: { "n.$": "$.n" } };
    const both = {
      Publishes: integration(
        "sns:publish",
        {
          TopicArn: TOPIC,
          Message: { "n.$": "$.n" },
          MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
        },
        { ResultPath: "$.published", End: false, Next: "Puts" },
      ),
      Puts: integration("events:putEvents", { Entries: [entry] }, { ResultPath: "$.put" }),
    };
    await start(machine("tells", both), topic, machineRole("sns:Publish", "events:PutEvents"));
    const { published, put } = JSON.parse((await execute("tells", { n: 1 })).output ?? "");
    assert.match(published.MessageId, /^[\w-]{36}$/);
    assert.equal(put.FailedEntryCount, 0);
  });

  it("read and write tables and send to queues, and fail where their role may not", async () => {
    const table = resource(
      "aws:dynamodb/table:Table",
      "orders",
      {
        name: "orders",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        billingMode: "PAY_PER_REQUEST",
      },
      { arn: `arn:aws:dynamodb:${REGION}:123456789012:table/orders` },
    );
    const key = { id: { "S.$": "$.id" } };
    const steps = {
      Puts: integration(
        "dynamodb:putItem",
        { TableName: "orders", Item: { ...key, n: { N: "1" } } },
        { ResultPath: null, End: false, Next: "Adds" },
      ),
      Adds: integration(
        "dynamodb:updateItem",
        {
          TableName: "orders",
          Key: key,
          UpdateExpression: "ADD n :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        },
        { ResultPath: null, End: false, Next: "Gets" },
      ),
      Gets: integration(
        "dynamodb:getItem",
        { TableName: "orders", Key: key },
        { ResultPath: "$.got", End: false, Next: "Sends" },
      ),
      Sends: integration(
        "sqs:sendMessage",
        { QueueUrl: queueUrl("todo"), MessageBody: { "id.$": "$.id" } },
        { ResultPath: "$.sent", End: false, Next: "Deletes" },
      ),
      Deletes: integration(
        "dynamodb:deleteItem",
        { TableName: "orders", Key: key },
        { ResultPath: "$.deleted" },
      ),
    };
    const context = testContext(
      recording(
        machine("works", steps),
        table,
        queue("todo"),
        machineRole("dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:UpdateItem", "sqs:SendMessage"),
      ),
    );
    await startIn(context);
    const iam = await run.begin(context);
    await run.start(new DynamodbService(iam), new QueueAndBucketService(iam));
    const { executionArn, error, cause } = await execute("works", { id: "a" });
    assert.equal(error, "DynamoDB.AccessDeniedException");
    assert.match(cause ?? "", /not authorized to perform: dynamodb:DeleteItem/);
    const { events } = await call<{
      events: { type: string; stateExitedEventDetails?: { output: string } }[];
    }>("GetExecutionHistory", { executionArn, reverseOrder: true });
    const last = events.find(({ type }) => type === "TaskStateExited")?.stateExitedEventDetails?.output;
    const { got, sent } = JSON.parse(last ?? "");
    assert.deepEqual(got.Item, { id: { S: "a" }, n: { N: "2" } });
    assert.match(sent.MessageId, /^[\w-]{36}$/);
  });

  it("answer StartSyncExecution where they are express, and are not described then", async () => {
    await start(
      machine("quick", { A: { Type: "Pass", End: true } }, { type: "EXPRESS" }),
      machine("slow", { A: { Type: "Pass", End: true } }),
    );
    const stateMachineArn = arnOf("stateMachine:quick");
    const { status, output, executionArn } = await call("StartSyncExecution", {
      stateMachineArn,
      input: "[1]",
    });
    assert.deepEqual([status, output], ["SUCCEEDED", "[1]"]);
    await assert.rejects(describeExecution(executionArn), { code: "ExecutionDoesNotExist" });
    const notSupported = { code: "StateMachineTypeNotSupported" };
    await assert.rejects(call("ListExecutions", { stateMachineArn }), notSupported);
    await assert.rejects(
      call("StartSyncExecution", { stateMachineArn: arnOf("stateMachine:slow") }),
      notSupported,
    );
  });

  it("are listed, described and stopped, and take a name once", async () => {
    await start(machine("long", { A: { Type: "Wait", Seconds: 600, End: true } }));
    const stateMachineArn = arnOf("stateMachine:long");
    const { executionArn } = await begin("long", { a: 1 }, { name: "one" });
    assert.equal(executionArn, arnOf("execution:long:one"));
    assert.equal((await begin("long", { a: 1 }, { name: "one" })).executionArn, executionArn);
    await assert.rejects(begin("long", { a: 2 }, { name: "one" }), { code: "ExecutionAlreadyExists" });
    await call("StopExecution", { executionArn, error: "Enough", cause: "on purpose" });
    const { status, error, cause } = await describeExecution(executionArn);
    assert.deepEqual([status, error, cause], ["ABORTED", "Enough", "on purpose"]);
    const listed = await call<{ executions: Described[] }>("ListExecutions", {
      stateMachineArn,
      statusFilter: "ABORTED",
    });
    assert.deepEqual(
      listed.executions.map((one) => one.executionArn),
      [executionArn],
    );
    const { stateMachines } = await call<{ stateMachines: { name: string }[] }>("ListStateMachines", {});
    assert.deepEqual(
      stateMachines.map(({ name }) => name),
      ["long"],
    );
    const { definition } = await call<{ definition: string }>("DescribeStateMachine", { stateMachineArn });
    assert.equal(JSON.parse(definition).StartAt, "A");
  });

  it("are started by whoever may, and refuse what is none or no JSON", async () => {
    const caller = roleFor("lambda.amazonaws.com", "caller", "states:DescribeExecution");
    const lambda = resource("aws:lambda/function:Function", "caller", {
      name: "caller",
      role: roleArn("caller"),
    });
    await start(machine("quick", { A: { Type: "Pass", End: true } }), caller, lambda);
    const stateMachineArn = arnOf("stateMachine:quick");
    await assert.rejects(
      call("StartExecution", { stateMachineArn }, credentialsOf(roleArn("caller"), "caller")),
      {
        code: "AccessDeniedException",
        detail:
          /assumed-role\/caller\/caller is not authorized to perform: states:StartExecution on resource: .*:stateMachine:quick/,
      },
    );
    await assert.rejects(begin("missing"), { code: "StateMachineDoesNotExist" });
    await assert.rejects(call("StartExecution", { stateMachineArn, input: "{" }), {
      code: "InvalidExecutionInput",
    });
    await assert.rejects(call("StartExecution", { stateMachineArn, name: "a b" }), { code: "InvalidName" });
    await assert.rejects(call("CreateActivity", { name: "a" }), /the local Step Functions knows only/);
  });

  it("that cannot be noted on a full disk have not begun, and begin by the same name once there is room", async function () {
    if (!existsSync("/dev/full")) this.skip();
    await start(machineRole("lambda:InvokeFunction"), machine("adds", { Adds: lambdaTask("adds") }));
    const arn = arnOf("execution:adds:once");
    const note = path.join(
      run.context.dataFolder("state-machines"),
      "under-way",
      createHash("sha256").update(arn).digest("hex"),
    );
    symlinkSync("/dev/full", note);
    await assert.rejects(begin("adds", 1, { name: "once" }), /no space left/i);
    await assert.rejects(describeExecution(arn), { code: "ExecutionDoesNotExist" });
    assert.equal(lstatSync(note, { throwIfNoEntry: false }), undefined, "no empty note is left");
    await begin("adds", 1, { name: "once" });
    assert.equal((await ended(arn)).output, '{"added":1}');
  });

  it("that a killed run has left under way are told at the next start, once", async () => {
    const context = testContext(recording(machine("long", { A: { Type: "Wait", Seconds: 600, End: true } })));
    await startIn(context);
    const { executionArn } = await begin("long");
    const lost = (lines: string[]) =>
      lines.filter(
        (line) => line === `Execution ${executionArn} was under way when the last run ended: it is lost.`,
      ).length;
    await startIn(context);
    assert.equal(lost(context.lines), 1);
    await startIn(context);
    assert.equal(lost(context.lines), 1);
  });

  it("go on by the definition that they began with, others begin by the new one", async () => {
    const waits = machine("changes", {
      A: integration("lambda:invoke.waitForTaskToken", {
        FunctionName: functionArn("adds"),
        Payload: { "token.$": "$$.Task.Token" },
      }),
    });
    await start(waits, machineRole("lambda:InvokeFunction"));
    const { executionArn } = await begin("changes");
    await eventually(() => invoked.length === 1);
    const passes = machine("changes", { B: { Type: "Pass", Result: "new", End: true } });
    await service.update(run.context.with(recording(passes, machineRole("lambda:InvokeFunction"))));
    assert.equal((await execute("changes")).output, '"new"');
    await call("SendTaskSuccess", { taskToken: tokenOf(0), output: '"old"' });
    assert.equal((await ended(executionArn)).output, '"old"');
  });

  it("with mistakes are refused as at a deployment", async () => {
    await assert.rejects(
      start(machine("broken", { A: { Type: "Pass", Next: "B" } })),
      /State machine broken: state A leads to B, which is no state/,
    );
  });

  it("are realised, or unsupported by the name of what is not called here", () => {
    const parity = (...states: object[]) =>
      service.parity(machine("any", Object.fromEntries(states.map((state, at) => [`S${at}`, state]))));
    assert.equal(parity(lambdaTask("adds"))?.state, "realised");
    for (const [state, reason] of [
      [
        integration("ecs:runTask.sync", {}),
        /state S0 calls arn:aws:states:::ecs:runTask\.sync, which is not called here/,
      ],
      [integration("sqs:deleteQueue", {}), /sqs:deleteQueue/],
      [{ Type: "Task", Resource: arnOf("activity:a"), End: true }, /activity:a/],
      [{ Type: "Map", ItemReader: {}, End: true }, /ItemReader, and distributed maps are not run here/],
    ] as const) {
      assert.equal(parity(state)?.state, "unsupported");
      assert.match(parity(state)?.reason ?? "", reason);
    }
  });
});
