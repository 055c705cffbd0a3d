import assert from "node:assert/strict";
import fc from "fast-check";
import { answerInvoke } from "../../program/invokes/invokes.ts";

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

  it("refuses what only a person or an account knows, with token, arguments and the lines to add", async () => {
    await assert.rejects(answer("aws:ssm/getParameter:getParameter", { name: "/shop/url" }), {
      message:
        'the program calls aws:ssm/getParameter:getParameter({"name":"/shop/url"}), which only a cloud could answer. ' +
        `Answer it in recording.yaml, with what the program reads of it:
invokes:
  aws:ssm/getParameter:getParameter:
    - when: {"name":"/shop/url"}
      answer: { id: … }`,
    });
  });

  it("refuses a cluster that the program does not declare", async () => {
    await assert.rejects(
      answer("mongodbatlas:index/getAdvancedCluster:getAdvancedCluster", { name: "ferns", projectId: "p" }),
      /reads the Atlas cluster "ferns" of project p, which it does not declare/,
    );
  });
});

describe("answers that are given", () => {
  const token = "aws:ssm/getParameter:getParameter";
  const given = {
    [token]: [
      { when: { name: "/shop/url" }, answer: { value: "https://shop.example.com" } },
      { when: { name: "/shop/mail", withDecryption: true }, answer: { value: "me@example.com" } },
    ],
  };

  it("go by the arguments where they are a list", async () => {
    const value = async (args: Record<string, unknown>) =>
      ((await answerInvoke(token, args, context, given)) as Record<string, unknown>).value;
    assert.equal(await value({ name: "/shop/url", withDecryption: true }), "https://shop.example.com");
    assert.equal(await value({ name: "/shop/mail", withDecryption: true }), "me@example.com");
    await assert.rejects(value({ name: "/shop/mail" }), /only a cloud could answer/);
  });

  it("hold nested arguments and lists in any order", async () => {
    const filters = [
      { name: "tag:Tier", values: ["private", "inner"] },
      { name: "vpc-id", values: ["vpc-1"] },
    ];
    const when = { filters: [{ name: "tag:Tier", values: ["inner"] }] };
    const answers = { "aws:ec2/getSubnets:getSubnets": [{ when, answer: { ids: ["subnet-1"] } }] };
    const asked = { filters, tags: {} };
    assert.deepEqual(await answerInvoke("aws:ec2/getSubnets:getSubnets", asked, context, answers), {
      ...asked,
      ids: ["subnet-1"],
    });
  });
});

describe("look-ups", () => {
  it("name what is found by its name, as its ARN is", async () => {
    const queue = await answer("aws:sqs/getQueue:getQueue", { name: "mail" });
    assert.equal(queue.arn, "arn:aws:sqs:eu-central-1:123456789012:mail");
    assert.equal(queue.url, "https://sqs.eu-central-1.amazonaws.com/123456789012/mail");
    const role = await answer("aws:iam/getRole:getRole", { name: "deployer" });
    assert.equal(role.arn, "arn:aws:iam::123456789012:role/deployer");
    const found = await answer("aws:lambda/getFunction:getFunction", { functionName: "hello" });
    assert.equal(found.arn, "arn:aws:lambda:eu-central-1:123456789012:function:hello");
    assert.equal(found.functionName, "hello");
  });

  it("answer the same question the same, and another one differently", async () => {
    const vpc = (args: Record<string, unknown>) => answer("aws:ec2/getVpc:getVpc", args);
    const { id, cidrBlock } = await vpc({ default: true });
    assert.match(String(id), /^vpc-[0-9a-f]{17}$/);
    assert.equal(cidrBlock, "172.31.0.0/16");
    assert.equal((await vpc({ default: true })).id, id);
    assert.notEqual((await vpc({ tags: { Name: "shop" } })).id, id);
    assert.equal((await vpc({ id: "vpc-1" })).id, "vpc-1");
  });

  it("find what the program declares itself", async () => {
    const declared = (type: string) =>
      type === "aws:sns/topic:Topic" ? [{ name: "a" }, { name: "news", arn: "arn:of:news" }] : [];
    const found = await answerInvoke(
      "aws:sns/getTopic:getTopic",
      { name: "news" },
      { ...context, declared },
      {},
    );
    assert.deepEqual(found, { name: "news", arn: "arn:of:news" });
  });

  it("give images the architecture that is asked for", async () => {
    const image = async (name: string) =>
      answer("aws:ec2/getAmi:getAmi", { owners: ["amazon"], filters: [{ name: "name", values: [name] }] });
    const { id, architecture } = await image("al2023-ami-*-arm64");
    assert.match(String(id), /^ami-[0-9a-f]{17}$/);
    assert.equal(architecture, "arm64");
    assert.equal((await image("al2023-ami-*-x86_64")).architecture, "x86_64");
  });

  it("give lists as lists", async () => {
    const { ids } = await answer("aws:ec2/getSubnets:getSubnets", { filters: [] });
    assert.equal(new Set(ids as string[]).size, 3);
    const { roots } = await answer("aws:organizations/getOrganization:getOrganization");
    assert.match((roots as { id: string }[])[0]?.id ?? "", /^r-/);
    const { certificates } = await answer("tls:index/getCertificate:getCertificate", {
      url: "https://a.example",
    });
    assert.match((certificates as { sha1Fingerprint: string }[])[0]?.sha1Fingerprint ?? "", /^[0-9a-f]{40}$/);
  });

  it("know AWS's own parameters for images", async () => {
    const latest = await answer("aws:ssm/getParameter:getParameter", {
      name: "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended",
    });
    assert.match((JSON.parse(String(latest.value)) as { image_id: string }).image_id, /^ami-/);
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
