import assert from "node:assert/strict";
import { AlarmTopic } from "../../../infra/monitoring/alarm-topic.ts";
import { declare, statements } from "../../../packages/components/tests/support/declare.ts";

const topicArn = "arn:aws:sns:eu-central-1:123456789012:tandem-dev-alarms";
const ofThisAccount = { StringEquals: { "aws:SourceAccount": "123456789012" } };

const declared = () => declare(() => void new AlarmTopic("alarms", { email: "ops@example.com" }));

describe("AlarmTopic", () => {
  it("declares a key, a topic, its policy and one subscription, and nothing else", async () => {
    assert.deepEqual((await declared()).counts(), {
      "tandem:aws:AlarmTopic": 1,
      "aws:kms/key:Key": 1,
      "aws:sns/topic:Topic": 1,
      "aws:sns/topicPolicy:TopicPolicy": 1,
      "aws:sns/topicSubscription:TopicSubscription": 1,
    });
  });

  it("writes mails to the address", async () => {
    assert.deepEqual((await declared()).inputs("aws:sns/topicSubscription:TopicSubscription"), {
      topic: topicArn,
      protocol: "email",
      endpoint: "ops@example.com",
    });
  });

  it("is encrypted with a key that CloudWatch of this account may use", async () => {
    const program = await declared();
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
    assert.deepEqual(statements((await declared()).inputs("aws:sns/topicPolicy:TopicPolicy").policy), [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "CloudWatch",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: ofThisAccount,
      },
    ]);
  });
});
