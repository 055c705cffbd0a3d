import assert from "node:assert/strict";
import { AlarmTopic } from "../../../infra/monitoring/alarm-topic.ts";
import { type Declared, declare, statements } from "../../../packages/components/tests/support/declare.ts";
import type { Values } from "../../../packages/tandem/program/recording.ts";
import { watched } from "./support.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:tandem-dev-monitoring-alarms";
const ALARM_EMAIL = "ops@example.com";

/** What all alarms have in common. */
const common = {
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  treatMissingData: "notBreaching",
  actionsEnabled: true,
  alarmActions: [TOPIC_ARN],
  okActions: [TOPIC_ARN],
};

const onFunction = (metricName: string) => ({
  namespace: "AWS/Lambda",
  metricName,
  dimensions: { FunctionName: "tandem-dev-answer" },
  period: 300,
});

function inputsOf(declared: Declared, name: string): Values {
  const { alarmDescription, ...inputs } = declared.inputs(ALARM, name);
  assert.ok(String(alarmDescription).length > 10, "an alarm says in words what is wrong");
  return inputs;
}

describe("alarms", () => {
  it("are none, and no topic, where nobody is to be told", async () => {
    const declared = await watched();
    assert.equal(declared.all(ALARM).length, 0);
    assert.equal(declared.all("aws:sns/topic:Topic").length, 0);
    assert.equal(declared.all("aws:kms/key:Key").length, 0);
  });

  it("are AWS's minimum set: for each function, for the API, for each dead-letter queue", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    assert.deepEqual(declared.names(ALARM).sort(), [
      "monitoring-answer-concurrency",
      "monitoring-answer-duration",
      "monitoring-answer-errors",
      "monitoring-answer-throttles",
      "monitoring-api-faults",
      // Without reserved concurrency there is none to run out of.
      "monitoring-batch-duration",
      "monitoring-batch-errors",
      "monitoring-batch-throttles",
      "monitoring-batch-undelivered-failures",
      "monitoring-changes-dead-letters",
      "monitoring-incoming-dead-letters",
    ]);
  });

  it("go off when more than 1 % of a function's calls fail", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    const query = (id: string, metricName: string) => ({
      id,
      metric: {
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: "tandem-dev-answer" },
        period: 300,
        stat: "Sum",
      },
      returnData: false,
    });
    assert.deepEqual(inputsOf(declared, "monitoring-answer-errors"), {
      ...common,
      name: "tandem-dev-monitoring-answer-errors",
      threshold: 1,
      metricQueries: [
        query("part", "Errors"),
        query("whole", "Invocations"),
        { id: "share", expression: "100 * part / MAX([part, whole])", label: "%", returnData: true },
      ],
    });
  });

  it("go off at the first throttled call", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    assert.deepEqual(inputsOf(declared, "monitoring-answer-throttles"), {
      ...common,
      ...onFunction("Throttles"),
      name: "tandem-dev-monitoring-answer-throttles",
      statistic: "Sum",
      threshold: 0,
    });
  });

  it("go off when the slowest hundredth needs 80 % of the timeout", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    assert.deepEqual(inputsOf(declared, "monitoring-answer-duration"), {
      ...common,
      ...onFunction("Duration"),
      name: "tandem-dev-monitoring-answer-duration",
      extendedStatistic: "p99",
      threshold: 8000,
    });
    assert.equal(declared.inputs(ALARM, "monitoring-batch-duration").threshold, 48_000);
  });

  it("go off when 80 % of the reserved concurrency, rounded down, is exceeded", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    assert.deepEqual(inputsOf(declared, "monitoring-answer-concurrency"), {
      ...common,
      ...onFunction("ConcurrentExecutions"),
      name: "tandem-dev-monitoring-answer-concurrency",
      statistic: "Maximum",
      threshold: 5,
    });
  });

  it("go off at the first dead letter, and when one could not be delivered", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    assert.deepEqual(inputsOf(declared, "monitoring-incoming-dead-letters"), {
      ...common,
      name: "tandem-dev-monitoring-incoming-dead-letters",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "tandem-dev-incoming-dead-letters" },
      period: 300,
      statistic: "Maximum",
      threshold: 0,
    });
    assert.partialDeepStrictEqual(declared.inputs(ALARM, "monitoring-batch-undelivered-failures"), {
      metricName: "DestinationDeliveryFailures",
      dimensions: { FunctionName: "tandem-dev-batch" },
      threshold: 0,
    });
  });

  it("go off when more than 1 % of the API's answers are faults", async () => {
    const declared = await watched({ alarmEmail: ALARM_EMAIL });
    const { metricQueries, threshold } = declared.inputs(ALARM, "monitoring-api-faults");
    const metrics = (metricQueries as { metric?: { namespace: string; metricName: string } }[]).flatMap(
      ({ metric }) => (metric ? [`${metric.namespace} ${metric.metricName}`] : []),
    );
    assert.deepEqual(metrics, ["AWS/ApiGateway 5xx", "AWS/ApiGateway Count"]);
    assert.equal(threshold, 1);
  });
});

const OWN_TOPIC_ARN = "arn:aws:sns:eu-central-1:123456789012:tandem-dev-alarms";
const ofThisAccount = { StringEquals: { "aws:SourceAccount": "123456789012" } };

const topic = () => declare(() => void new AlarmTopic("alarms", { email: "ops@example.com" }));

describe("AlarmTopic", () => {
  it("declares a key, a topic, its policy and one subscription, and nothing else", async () => {
    assert.deepEqual((await topic()).counts(), {
      "tandem:aws:AlarmTopic": 1,
      "aws:kms/key:Key": 1,
      "aws:sns/topic:Topic": 1,
      "aws:sns/topicPolicy:TopicPolicy": 1,
      "aws:sns/topicSubscription:TopicSubscription": 1,
    });
  });

  it("writes mails to the address", async () => {
    assert.deepEqual((await topic()).inputs("aws:sns/topicSubscription:TopicSubscription"), {
      topic: OWN_TOPIC_ARN,
      protocol: "email",
      endpoint: "ops@example.com",
    });
  });

  it("is encrypted with a key that CloudWatch of this account may use", async () => {
    const program = await topic();
    const key = program.one("aws:kms/key:Key");
    assert.deepEqual(program.one("aws:sns/topic:Topic").propertyDependencies.kmsMasterKeyId, [key.urn]);
    assert.equal(key.inputs.enableKeyRotation, true);
    assert.deepEqual(statements(key.inputs.policy), [
      {
        Sid: "Administration",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      },
      {
        Sid: "CloudWatch",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Resource: "*",
        Condition: ofThisAccount,
      },
    ]);
  });

  it("takes what CloudWatch of this account publishes over TLS, and nothing else", async () => {
    assert.deepEqual(statements((await topic()).inputs("aws:sns/topicPolicy:TopicPolicy").policy), [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: OWN_TOPIC_ARN,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "CloudWatch",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: OWN_TOPIC_ARN,
        Condition: ofThisAccount,
      },
    ]);
  });
});
