import assert from "node:assert/strict";
import { serviceRefusal } from "../../../local/iam/service-calls.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import { recording, resource } from "./recordings.ts";

describe("an alarm that tells a topic", () => {
  const arn = "arn:aws:sns:eu-central-1:123456789012:news";
  const topic = resource("aws:sns/topic:Topic", "news", { name: "news" }, { arn });
  const refusal = (principal: string, ...more: RecordedResource[]) =>
    serviceRefusal(recording(topic, ...more), {
      principal,
      sourceArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:fails",
      targetArn: arn,
    });
  const policyFor = (Service: string) =>
    resource("aws:sns/topicPolicy:TopicPolicy", "news", {
      arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sns:Publish", Resource: arn }],
      }),
    });

  it("may do so by the policy that a topic has by itself, which lets no other service in", () => {
    assert.equal(refusal("cloudwatch.amazonaws.com"), undefined);
    assert.match(refusal("events.amazonaws.com") ?? "", /events\.amazonaws\.com may not sns:Publish/);
  });

  it("needs to be named where the program gives the topic a policy", () => {
    assert.equal(refusal("cloudwatch.amazonaws.com", policyFor("cloudwatch.amazonaws.com")), undefined);
    assert.match(
      refusal("cloudwatch.amazonaws.com", policyFor("events.amazonaws.com")) ?? "",
      /cloudwatch\.amazonaws\.com may not sns:Publish/,
    );
  });
});
