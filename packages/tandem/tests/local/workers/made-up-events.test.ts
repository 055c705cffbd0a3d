import assert from "node:assert/strict";
import { routeEvent } from "../../../local/sample-events/route-event.ts";
import { sampleEvent, sampleKinds } from "../../../local/sample-events/sample-events.ts";
import { functionArn, lambda, recordingOf, resource } from "./support.ts";

const target = lambda("worker", "");
const QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:changes";
const TABLE_ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/motors";
const recording = recordingOf("/program", [
  target,
  resource(
    "aws:apigatewayv2/api:Api",
    "api",
    { protocolType: "HTTP" },
    {
      id: "api",
      apiEndpoint: "https://api.execute-api.eu-central-1.amazonaws.com",
      executionArn: "arn:aws:execute-api:eu-central-1:123456789012:api",
    },
  ),
  resource("aws:apigatewayv2/integration:Integration", "integration", {
    apiId: "api",
    integrationType: "AWS_PROXY",
    integrationUri: functionArn("worker"),
    payloadFormatVersion: "2.0",
  }),
  resource("aws:apigatewayv2/route:Route", "route", {
    apiId: "api",
    routeKey: "PUT /motors/{year}/{title+}",
    target: "integrations/integration",
  }),
  resource("aws:apigatewayv2/stage:Stage", "stage", { apiId: "api", name: "$default" }),
  resource("aws:s3/bucketNotification:BucketNotification", "notification", {
    bucket: "imports-dev",
    lambdaFunctions: [{ lambdaFunctionArn: functionArn("worker"), events: ["s3:ObjectCreated:*"] }],
  }),
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", "queue", {
    functionName: "worker",
    eventSourceArn: QUEUE_ARN,
  }),
  resource("aws:lambda/eventSourceMapping:EventSourceMapping", "stream", {
    functionName: functionArn("worker"),
    eventSourceArn: `${TABLE_ARN}/stream/2026-01-01T00:00:00.000`,
  }),
]);

describe("sample events", () => {
  const now = new Date("2026-11-23T09:12:01.500Z");
  // biome-ignore lint/suspicious/noExplicitAny: events of ten shapes
  const sample = (kind: string): any => sampleEvent(kind, target, recording, now);

  it("are there for every kind of trigger", () => {
    assert.deepEqual(sampleKinds(), [
      "authorizer",
      "dynamodb",
      "eventbridge",
      "http",
      "kinesis",
      "rest",
      "s3",
      "schedule",
      "sns",
      "sqs",
      "url",
      "websocket",
    ]);
  });

  for (const kind of sampleKinds()) {
    it(`have no placeholder left: ${kind}`, () => {
      assert.doesNotMatch(JSON.stringify(sample(kind)), /\{\{|undefined/);
    });
  }

  it("have the keys of the table whose stream the function reads, as the stream shows them", () => {
    const streamArn = `${TABLE_ARN}/stream/2026-01-01T00:00:00.000`;
    const table = resource(
      "aws:dynamodb/table:Table",
      "motors",
      {
        name: "motors",
        hashKey: "maker",
        rangeKey: "built",
        attributes: [
          { name: "maker", type: "S" },
          { name: "built", type: "N" },
        ],
        streamEnabled: true,
        streamViewType: "KEYS_ONLY",
      },
      { arn: TABLE_ARN, streamArn },
    );
    const program = recordingOf("/program", [...recording.resources, table]);
    // biome-ignore lint/suspicious/noExplicitAny: an event of one of ten shapes
    const [{ dynamodb, eventSourceARN }] = (sampleEvent("dynamodb", target, program, now) as any).Records;
    assert.deepEqual(dynamodb.Keys, { maker: { S: "sample" }, built: { N: "1" } });
    assert.equal(dynamodb.NewImage, undefined);
    assert.equal(dynamodb.StreamViewType, "KEYS_ONLY");
    assert.equal(eventSourceARN, streamArn);
    assert.deepEqual(Object.keys(sample("dynamodb").Records[0].dynamodb.Keys), ["year", "title"]);
  });

  it("name the bucket, the queue and the table that the program connects with the function", () => {
    assert.equal(sample("s3").Records[0].s3.bucket.name, "imports-dev");
    assert.equal(sample("sqs").Records[0].eventSourceARN, QUEUE_ARN);
    assert.match(sample("dynamodb").Records[0].eventSourceARN, /table\/motors\/stream\//);
  });

  it("are as the filter of a topic's subscription and the pattern of a rule take them", () => {
    const topic = "arn:aws:sns:eu-central-1:123456789012:sold";
    const rule = { name: "sold", arn: "arn:aws:events:eu-central-1:123456789012:rule/sold" };
    const pattern = {
      source: ["shop"],
      detail: { price: [{ numeric: [">", 10] }], item: [{ prefix: "bo" }] },
    };
    const subscribed = recordingOf("/program", [
      target,
      resource("aws:sns/topicSubscription:TopicSubscription", "sold", {
        topic,
        protocol: "lambda",
        endpoint: functionArn("worker"),
        filterPolicy: JSON.stringify({ kind: ["motor"], price: [{ numeric: [">=", 5] }] }),
      }),
      resource("aws:cloudwatch/eventRule:EventRule", "sold", { eventPattern: JSON.stringify(pattern) }, rule),
      resource("aws:cloudwatch/eventTarget:EventTarget", "sold", {
        rule: "sold",
        arn: functionArn("worker"),
        inputPath: "$.detail",
      }),
    ]);
    // biome-ignore lint/suspicious/noExplicitAny: an event of SNS
    const [{ EventSubscriptionArn, Sns }] = (sampleEvent("sns", target, subscribed, now) as any).Records;
    assert.ok(EventSubscriptionArn.startsWith(`${topic}:`));
    assert.equal(Sns.TopicArn, topic);
    assert.deepEqual(Sns.MessageAttributes, {
      kind: { Type: "String", Value: "motor" },
      price: { Type: "Number", Value: "5" },
    });
    assert.deepEqual(sampleEvent("eventbridge", target, subscribed, now), { price: 11, item: "bosample" });
  });

  it("name nothing of another function whose name begins the same, or is a word of ARNs", () => {
    const [hello, word] = [lambda("hello", ""), lambda("lambda", "")];
    const others = recordingOf("/program", [
      hello,
      word,
      resource("aws:s3/bucketNotification:BucketNotification", "notification", {
        bucket: "imports-dev",
        lambdaFunctions: [{ lambdaFunctionArn: functionArn("hello-again"), events: ["s3:ObjectCreated:*"] }],
      }),
      resource("aws:lambda/eventSourceMapping:EventSourceMapping", "queue", {
        functionName: functionArn("hello-again"),
        eventSourceArn: QUEUE_ARN,
      }),
    ]);
    for (const one of [hello, word]) {
      assert.doesNotMatch(JSON.stringify(sampleEvent("s3", one, others, now)), /imports-dev/, one.name);
      assert.doesNotMatch(JSON.stringify(sampleEvent("sqs", one, others, now)), /:changes/, one.name);
    }
  });

  it("carry the time, as text or number as the cloud does", () => {
    assert.equal(sample("schedule").time, "2026-11-23T09:12:01Z");
    assert.equal(sample("s3").Records[0].eventTime, "2026-11-23T09:12:01.500Z");
    assert.equal(sample("http").requestContext.timeEpoch, now.getTime());
    assert.equal(sample("sqs").Records[0].attributes.SentTimestamp, String(now.getTime()));
  });

  it("are refused by a name that is not there, with those that are", () => {
    assert.throws(() => sample("fax"), { name: "UserError", message: /"fax".*authorizer, dynamodb/ });
  });
});

describe("the event of a route", () => {
  it("is what the gateway would make of the request", () => {
    const { functionName, event } = routeEvent(
      "put /motors/1997/Face%2FOff?a=1&a=2",
      recording,
      `{"rating":7}`,
    );
    const { rawPath, routeKey, pathParameters, queryStringParameters, body, headers } = event as Record<
      string,
      unknown
    >;
    assert.equal(functionName, "worker");
    assert.deepEqual(
      { rawPath, routeKey, pathParameters, queryStringParameters, body },
      {
        rawPath: "/motors/1997/Face/Off",
        routeKey: "PUT /motors/{year}/{title+}",
        pathParameters: { year: "1997", title: "Face/Off" },
        queryStringParameters: { a: "1,2" },
        body: `{"rating":7}`,
      },
    );
    assert.equal((headers as Record<string, string>)["content-type"], "application/json");
  });

  it("is refused for a route that is not there, with those that are", () => {
    assert.throws(() => routeEvent("GET /barns", recording), {
      name: "UserError",
      message: "No route takes GET /barns. There are: PUT /motors/{year}/{title+}.",
    });
  });

  it("is refused for what is no method and path", () => {
    for (const wrong of ["/barns", "GET barns", ""]) {
      assert.throws(() => routeEvent(wrong, recording), {
        name: "UserError",
        message: /a method and a path are wanted/,
      });
    }
  });
});
