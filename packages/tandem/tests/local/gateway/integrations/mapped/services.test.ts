/** Integrations of type AWS to services of the run: carried out by them, in the name of a role. */
import assert from "node:assert/strict";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Delivery } from "../../../../../local/deliveries/destinations.ts";
import { DeploymentRefusals } from "../../../../../local/deployment-refusals.ts";
import { DynamodbService } from "../../../../../local/dynamodb/service.ts";
import { EventBusService } from "../../../../../local/event-buses/service.ts";
import { GatewayService } from "../../../../../local/gateway/service.ts";
import { operatorCredentials } from "../../../../../local/iam/credentials.ts";
import { IamService } from "../../../../../local/iam/service.ts";
import { KinesisService } from "../../../../../local/kinesis/service.ts";
import { OtherAwsService } from "../../../../../local/other-services/service.ts";
import { QueueAndBucketService } from "../../../../../local/queues-and-buckets/service.ts";
import { StateMachineService } from "../../../../../local/state-machines/service.ts";
import { TopicService } from "../../../../../local/topics/service.ts";
import type { RecordedResource, Value, Values } from "../../../../../program/recording.ts";
import {
  bucket,
  queue,
  queueArn,
  queueUrl,
  REGION,
  resource,
  role,
  roleArn,
  type TestContext,
  testContext,
  trusting,
} from "../../../iam/recordings.ts";
import { FakeInvoker, httpProgram } from "../../programs.ts";
import { mappedProgram } from "./programs.ts";

const nobody = new FakeInvoker(() => assert.fail("no function is called"));
const uri = (rest: string) => `arn:aws:apigateway:${REGION}:${rest}`;
const topicArn = `arn:aws:sns:${REGION}:123456789012:news`;
const tableArn = `arn:aws:dynamodb:${REGION}:123456789012:table/pets`;

const streamArn = `arn:aws:kinesis:${REGION}:123456789012:stream/clicks`;
const machineArn = `arn:aws:states:${REGION}:123456789012:stateMachine:greet`;

const apiRole = (service: string, ...statements: Value[]) => trusting(service, role("api", ...statements));

const allowed = apiRole(
  "apigateway.amazonaws.com",
  { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:ReceiveMessage"], Resource: queueArn("inbox") },
  { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::files/*" },
  { Effect: "Allow", Action: ["dynamodb:PutItem", "dynamodb:Query"], Resource: tableArn },
  { Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
  { Effect: "Allow", Action: "events:PutEvents", Resource: "*" },
  { Effect: "Allow", Action: "kinesis:PutRecord", Resource: streamArn },
  { Effect: "Allow", Action: "states:StartExecution", Resource: machineArn },
);

const stores = [
  resource("aws:kinesis/stream:Stream", "clicks", { name: "clicks", shardCount: 1 }, { arn: streamArn }),
  role("machine"),
  resource(
    "aws:sfn/stateMachine:StateMachine",
    "greet",
    {
      name: "greet",
      roleArn: roleArn("machine"),
      definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
    },
    { arn: machineArn, name: "greet" },
  ),
  queue("inbox"),
  bucket("files"),
  resource("aws:sns/topic:Topic", "news", { name: "news" }, { arn: topicArn, name: "news" }),
  resource("aws:sns/topicSubscription:TopicSubscription", "inbox", {
    topic: topicArn,
    protocol: "email",
    endpoint: "a@example.com",
  }),
  resource(
    "aws:dynamodb/table:Table",
    "pets",
    {
      name: "pets",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
    },
    { name: "pets", arn: tableArn },
  ),
];

describe("an integration of type AWS to a service", () => {
  let context: TestContext;
  let iam: IamService;
  let gateway: GatewayService;
  const running: { stop(): Promise<void> }[] = [];
  const events: Delivery[] = [];
  let sqs: SQSClient;
  let dynamodb: DynamoDBClient;

  const program = (key: string, integration: Values, responses: Values[] | undefined, role = allowed) =>
    mappedProgram({
      key,
      integration: {
        type: "AWS",
        integrationHttpMethod: "POST",
        credentials: roleArn("api"),
        ...integration,
      },
      ...(responses ? { responses } : {}),
      more: [role, ...stores],
    });

  /** The run is one for all; only the API differs. */
  before(async () => {
    context = testContext(program("POST /a", { uri: uri("sqs:action/SendMessage") }, undefined));
    iam = new IamService();
    const otherServices = new OtherAwsService(iam);
    const deliver = async (_arn: string, delivery: Delivery) => void events.push(delivery);
    const refusals = new DeploymentRefusals();
    gateway = new GatewayService({ invoker: nobody, guard: () => iam.guard, port: 0 });
    for (const service of [
      iam,
      new QueueAndBucketService(iam),
      new DynamodbService(iam),
      otherServices,
      new TopicService({ otherServices, iam, deliver, refusals }),
      new EventBusService({ otherServices, iam, deliver, refusals }),
      new KinesisService({ otherServices, iam }),
      new StateMachineService({ otherServices, iam, invoker: nobody, refusals }),
      gateway,
    ]) {
      running.push(service);
      await service.start(context);
    }
    const credentials = operatorCredentials;
    const variables = context.addresses.variables();
    sqs = new SQSClient({ endpoint: variables.AWS_ENDPOINT_URL_SQS ?? "", region: REGION, credentials });
    dynamodb = new DynamoDBClient({
      endpoint: variables.AWS_ENDPOINT_URL_DYNAMODB ?? "",
      region: REGION,
      credentials,
    });
  });
  after(async () => {
    sqs.destroy();
    dynamodb.destroy();
    for (const service of running.reverse()) await service.stop();
    context.remove();
  });

  interface Sent {
    key?: string;
    integration: Values;
    responses?: Values[];
    role?: RecordedResource;
    path?: string;
    body?: string;
  }

  async function call({ key = "POST /a", integration, responses, role, path = "/a", body }: Sent) {
    const next = context.with(program(key, integration, responses, role));
    await iam.update(next);
    await gateway.update(next);
    const [method = ""] = key.split(" ");
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${gateway.url}/dev${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  /** An HTTP API on the same run. */
  async function operate(subtype: string, requestParameters: Values, body: string, more: Values = {}) {
    const { resources } = httpProgram({
      routes: { "POST /a": "f" },
      integration: {
        integrationSubtype: subtype,
        credentialsArn: roleArn("api"),
        payloadFormatVersion: "1.0",
        requestParameters: { Region: REGION, ...requestParameters },
        ...more,
      },
      more: [allowed, ...stores],
    });
    const next = context.with({ ...context.recording, resources });
    await iam.update(next);
    await gateway.update(next);
    const response = await fetch(`${gateway.url}/a`, { method: "POST", body });
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  async function received() {
    const QueueUrl = context.addresses.apply(queueUrl("inbox"));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        VisibilityTimeout: 0,
        MessageAttributeNames: ["All"],
        MaxNumberOfMessages: 10,
      }),
    );
    return Messages.map(({ Body, MessageAttributes }) => ({ Body, MessageAttributes }));
  }

  const form = { "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'" };
  const toQueue = (template: string): Values => ({
    uri: uri("sqs:path/123456789012/inbox"),
    requestParameters: form,
    requestTemplates: { "application/json": template },
    passthroughBehavior: "NEVER",
  });

  it("sends a message by a form, and answers in JSON, as recorded", async () => {
    const template =
      "#set($responseBody = $input.path('$.SendMessageResponse'))#set($messageId = $responseBody.SendMessageResult.MessageId)$messageId $input.path('$.SendMessageResponse.ResponseMetadata.RequestId')";
    const { status, text } = await call({
      integration: toQueue(
        "Action=SendMessage&MessageBody=$input.body&MessageAttribute.1.Name=agent&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=$input.params('q')",
      ),
      responses: [{ statusCode: "200", responseTemplates: { "application/json": template } }],
      path: "/a?q=me",
    });
    assert.equal(status, 200, text);
    assert.match(text, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
    const messages = await received();
    assert.deepEqual(messages, [
      { Body: "{}", MessageAttributes: { agent: { DataType: "String", StringValue: "me" } } },
    ]);
  });

  it("finds a queue by its name alone, in the account of the role", async () => {
    const uriOfName = { ...toQueue("Action=SendMessage&MessageBody=by name"), uri: uri("sqs:path/inbox") };
    assert.equal((await call({ integration: uriOfName })).status, 200);
    assert.ok((await received()).some(({ Body }) => Body === "by name"));
  });

  it("is judged by its role, and the answer chosen by the service's status", async () => {
    const { status, text } = await call({
      integration: toQueue("Action=PurgeQueue"),
      responses: [{ statusCode: "200" }, { statusCode: "403", selectionPattern: "4\\d\\d" }],
    });
    assert.equal(status, 403, text);
    assert.match(
      JSON.parse(text).Error.Message,
      /assumed-role\/api\/BackplaneAssumeRoleSession is not authorized to perform: sqs:purgequeue/i,
    );
    const untrusted = await call({
      integration: toQueue("Action=SendMessage&MessageBody=x"),
      role: apiRole("lambda.amazonaws.com"),
    });
    assert.deepEqual([untrusted.status, untrusted.text], [500, '{"message":"Internal server error"}']);
    assert.ok((await received()).every(({ Body }) => Body !== "x"));
  });

  it("writes and asks a table", async () => {
    const put = await call({
      integration: {
        uri: uri("dynamodb:action/PutItem"),
        requestTemplates: {
          "application/json": '{"TableName": "pets", "Item": {"id": {"S": "$input.path(\'$.id\')"}}}',
        },
      },
      body: '{"id":"7"}',
    });
    assert.deepEqual([put.status, put.text], [200, "{}"]);
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: "pets", Key: { id: { S: "7" } } }));
    assert.deepEqual(Item, { id: { S: "7" } });
    const query = await call({
      key: "GET /a",
      integration: {
        uri: uri("dynamodb:action/Query"),
        requestTemplates: {
          "application/json":
            '{"TableName": "pets", "KeyConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": {"S": "$input.params(\'id\')"}}}',
        },
      },
      responses: [
        {
          statusCode: "200",
          responseTemplates: {
            "application/json":
              "[#foreach($item in $input.path('$.Items'))\"$item.id.S\"#if($foreach.hasNext),#end#end]",
          },
        },
      ],
      path: "/a?id=7",
    });
    assert.deepEqual([query.status, query.text], [200, '["7"]']);
  });

  it("publishes to a topic", async () => {
    const { status, text } = await call({
      integration: {
        uri: uri("sns:path//"),
        requestParameters: form,
        requestTemplates: {
          "application/json": `Action=Publish&TopicArn=$util.urlEncode('${topicArn}')&Message=$util.urlEncode($input.body)`,
        },
      },
      body: "hello & bye",
    });
    assert.equal(status, 200, text);
    assert.match(JSON.parse(text).PublishResponse.PublishResult.MessageId, /^[0-9a-f-]{36}$/);
    assert.ok(context.lines.some((line) => line.includes("hello & bye")));
  });

  it("says in JSON why a topic is not published to, without what XML escapes", async () => {
    const { status, text } = await call({
      integration: {
        uri: uri("sns:action/Publish"),
        requestParameters: form,
        requestTemplates: {
          "application/json": `TopicArn=$util.urlEncode('${topicArn}&old')&Message=$util.urlEncode($input.body)`,
        },
      },
      body: "hello",
    });
    const { Code: code, Message: message } = JSON.parse(text).Error;
    assert.deepEqual([status, code], [200, "AuthorizationError"]);
    assert.match(message, /resource: \S+:news&old /);
  });

  it("puts events, as recorded", async () => {
    const { status, text } = await call({
      integration: {
        uri: uri("events:action/PutEvents"),
        requestTemplates: {
          "application/json":
            '{"Entries": [{"Source": "a", "DetailType": "b", "Detail": "$util.escapeJavaScript($input.body)", "EventBusName": "default"}]}',
        },
      },
      body: '{"c":1}',
    });
    const { Entries, FailedEntryCount } = JSON.parse(text);
    assert.deepEqual([status, FailedEntryCount, Object.keys(Entries[0])], [200, 0, ["EventId"]]);
  });

  it("puts and gets an object by its path", async () => {
    const toFile = (method: string): Values => ({
      // The region of the program, which its buckets are in.
      uri: "arn:aws:apigateway:eu-west-1:s3:path/files/{key}",
      integrationHttpMethod: method,
      requestParameters: { "integration.request.path.key": "method.request.path.key" },
    });
    const responses = [
      {
        statusCode: "200",
        responseParameters: { "method.response.header.ETag": "integration.response.header.ETag" },
      },
      { statusCode: "404", selectionPattern: "4\\d\\d" },
    ] as Values[];
    const path = "/a/x%20y.json";
    const put = await call({
      key: "PUT /a/{key}",
      integration: toFile("PUT"),
      responses,
      path,
      body: '{"put_id":1}',
    });
    assert.equal(put.status, 200, put.text);
    assert.match(put.headers.get("etag") ?? put.text, /^"[0-9a-f]{32}"$/);
    const get = await call({ key: "GET /a/{key}", integration: toFile("GET"), responses, path });
    assert.deepEqual([get.status, get.text], [200, '{"put_id":1}']);
    const none = await call({ key: "GET /a/{key}", integration: toFile("GET"), responses, path: "/a/none" });
    assert.equal(none.status, 404, none.text);
  });

  it("is there for HTTP APIs too: a message, an event, and what is not there", async () => {
    const sent = await operate(
      "SQS-SendMessage",
      {
        QueueUrl: queueUrl("inbox"),
        MessageBody: "$request.body.text",
        MessageAttributes: `{"at":{"DataType":"String","StringValue":"\${request.body.at}"}}`,
      },
      '{"text":"hi","at":"x"}',
    );
    assert.equal(sent.status, 200, sent.text);
    assert.match(sent.text, /<SendMessageResult>.*<MessageId>[0-9a-f-]{36}<\/MessageId>/);
    const message = (await received()).find(({ Body }) => Body === "hi");
    assert.deepEqual(message?.MessageAttributes, { at: { DataType: "String", StringValue: "x" } });
    const put = { Source: "a", DetailType: "b", Detail: "$request.body" };
    const event = await operate("EventBridge-PutEvents", put, '{"c":1}', {
      responseParameters: [{ statusCode: "200", mappings: { "overwrite:statuscode": "202" } }],
    });
    assert.deepEqual([event.status, JSON.parse(event.text).FailedEntryCount], [202, 0]);
    const purged = await operate("SQS-SendMessage", { QueueUrl: queueUrl("other"), MessageBody: "x" }, "");
    assert.equal(purged.status, 403);
    assert.match(purged.text, /BackplaneAssumeRoleSession is not authorized to perform: sqs:sendmessage/i);
    const start = await operate(
      "StepFunctions-StartExecution",
      { StateMachineArn: machineArn, Input: "$request.body" },
      '{"who":"you"}',
    );
    assert.equal(start.status, 200, start.text);
    assert.deepEqual(Object.keys(JSON.parse(start.text)), ["executionArn", "startDate"]);
  });

  it("starts an execution, and puts a record into a stream, as recorded", async () => {
    const start = await call({
      integration: {
        uri: uri("states:action/StartExecution"),
        requestTemplates: {
          "application/json": `{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "${machineArn}"}`,
        },
      },
      body: '{"who":"you"}',
    });
    assert.deepEqual(
      [start.status, Object.keys(JSON.parse(start.text))],
      [200, ["executionArn", "startDate"]],
    );
    const put = await call({
      integration: {
        uri: uri("kinesis:action/PutRecord"),
        requestTemplates: {
          "application/json":
            '{"StreamName": "clicks", "Data": "$util.base64Encode($input.body)", "PartitionKey": "test"}',
        },
      },
      body: '{"kinesis": "snapshot"}',
    });
    assert.equal(put.status, 200, put.text);
    const { SequenceNumber, ShardId } = JSON.parse(put.text);
    assert.deepEqual([typeof SequenceNumber, typeof ShardId], ["string", "string"]);
  });

  it("answers 501 by name for what is not there", async () => {
    const secret = await call({
      integration: {
        uri: uri("secretsmanager:action/GetSecretValue"),
        requestTemplates: { "application/json": "{}" },
      },
    });
    assert.deepEqual(
      [secret.status, JSON.parse(secret.text).message],
      [501, "GetSecretValue: secretsmanager is not there in the local run"],
    );
    const batch = await call({ integration: toQueue("Action=SendMessageBatch") });
    assert.deepEqual(
      [batch.status, JSON.parse(batch.text).message],
      [501, "an integration asks SQS for SendMessageBatch, which is not sent from here"],
    );
    const firehose = await call({ integration: { uri: uri("firehose:action/PutRecord") } });
    assert.deepEqual(
      [firehose.status, JSON.parse(firehose.text).message],
      [501, "integrations with firehose do not run here"],
    );
  });
});
