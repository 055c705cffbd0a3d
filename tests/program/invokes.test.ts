import assert from "node:assert/strict";
import fc from "fast-check";
import { answerInvoke } from "../../program/invokes.ts";

const context = { region: "eu-central-1", declared: () => [] };

const answer = async (token: string, args: Record<string, unknown> = {}) =>
  (await answerInvoke(token, args, context, {})) as Record<string, unknown>;

async function policy(args: Record<string, unknown>): Promise<unknown> {
  const { json, minifiedJson } = await answer("aws:iam/getPolicyDocument:getPolicyDocument", args);
  const document = JSON.parse(String(json)) as unknown;
  assert.deepEqual(JSON.parse(String(minifiedJson)), document);
  return document;
}

describe("answerInvoke", () => {
  it("knows account, region, partition and zones", async () => {
    assert.equal((await answer("aws:index/getCallerIdentity:getCallerIdentity")).accountId, "123456789012");
    assert.equal((await answer("aws:index/getRegion:getRegion")).region, "eu-central-1");
    assert.equal((await answer("aws:index/getPartition:getPartition")).partition, "aws");
    const { names } = await answer("aws:index/getAvailabilityZones:getAvailabilityZones");
    assert.deepEqual(names, ["eu-central-1a", "eu-central-1b", "eu-central-1c"]);
  });

  it("takes ARNs apart", async () => {
    const { service, account, resource } = await answer("aws:index/getArn:getArn", {
      arn: "arn:aws:lambda:eu-west-1:1:function:f:live",
    });
    assert.deepEqual([service, account, resource], ["lambda", "1", "function:f:live"]);
  });

  it("refuses a token in no table, with its name, its arguments and the way out", async () => {
    await assert.rejects(answer("aws:ec2/getAmi:getAmi", { owners: ["self"] }), {
      message:
        'the program calls aws:ec2/getAmi:getAmi({"owners":["self"]}), which only a cloud could answer. ' +
        'Answer it in recording.yaml, under invokes: "aws:ec2/getAmi:getAmi": { … }',
    });
  });

  it("refuses a cluster that the program does not declare", async () => {
    await assert.rejects(
      answer("mongodbatlas:index/getAdvancedCluster:getAdvancedCluster", { name: "films", projectId: "p" }),
      /reads the Atlas cluster "films" of project p, which it does not declare/,
    );
  });
});

describe("getPolicyDocument", () => {
  it("renders statements as IAM reads them", async () => {
    const document = await policy({
      statements: [
        {
          sid: "Read",
          actions: ["dynamodb:GetItem", "dynamodb:Query"],
          resources: ["arn:aws:dynamodb:::table/a"],
          conditions: [
            { test: "StringEquals", variable: "aws:PrincipalTag/user", values: ["&{aws:username}"] },
          ],
        },
        {
          effect: "Deny",
          notActions: ["s3:*"],
          notResources: ["a", "b"],
          principals: [
            { type: "AWS", identifiers: ["1", "2"] },
            { type: "Service", identifiers: ["lambda.amazonaws.com"] },
          ],
        },
        { actions: ["sts:AssumeRole"], principals: [{ type: "*", identifiers: ["*"] }] },
      ],
    });
    assert.deepEqual(document, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["dynamodb:GetItem", "dynamodb:Query"],
          Resource: "arn:aws:dynamodb:::table/a",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable, which IAM fills in
          Condition: { StringEquals: { "aws:PrincipalTag/user": "${aws:username}" } },
        },
        {
          Effect: "Deny",
          Principal: { AWS: ["1", "2"], Service: "lambda.amazonaws.com" },
          NotAction: "s3:*",
          NotResource: ["a", "b"],
        },
        { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" },
      ],
    });
  });

  it("puts sources first and overrides statements of the same id", async () => {
    const source = {
      Statement: [
        { Sid: "A", Effect: "Allow" },
        { Sid: "B", Effect: "Allow" },
      ],
    };
    const override = { Statement: { Sid: "B", Effect: "Deny" } };
    const document = await policy({
      sourcePolicyDocuments: [JSON.stringify(source)],
      statements: [{ sid: "C" }],
      overridePolicyDocuments: [JSON.stringify(override)],
    });
    assert.deepEqual((document as { Statement: unknown }).Statement, [
      { Sid: "A", Effect: "Allow" },
      { Sid: "B", Effect: "Deny" },
      { Sid: "C", Effect: "Allow" },
    ]);
  });

  it("loses no action and no resource, whatever they are", async () => {
    const texts = fc.array(
      fc.string({ minLength: 1 }).filter((text) => !text.includes("&{")),
      { minLength: 1 },
    );
    await fc.assert(
      fc.asyncProperty(texts, texts, async (actions, resources) => {
        const document = (await policy({ statements: [{ actions, resources }] })) as {
          Statement: { Action: string | string[]; Resource: string | string[] }[];
        };
        const [statement] = document.Statement;
        assert.deepEqual([statement?.Action].flat(), actions);
        assert.deepEqual([statement?.Resource].flat(), resources);
      }),
    );
  });
});
