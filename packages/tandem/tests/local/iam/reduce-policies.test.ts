import assert from "node:assert/strict";
import { type PackagedPolicy, reducePolicies, renderPolicies } from "../../../local/iam/reduce-policies.ts";

const packaged = (name: string, ...Statement: object[]): Record<string, PackagedPolicy> => ({
  [name]: {
    arn: `arn:aws:iam::aws:policy/${name}`,
    latestVersionId: "v2",
    versions: { v1: { document: { Statement: [] } }, v2: { document: { Statement } } },
  },
});
const allow = (Action: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});

describe("AWS's own policies, reduced", () => {
  const reduced = (...statements: object[]) => reducePolicies(packaged("p", ...statements), "x 1");

  it("keep the actions that calls are judged for, however they are written", () => {
    const judged = [
      "dynamodb:GetItem",
      "DynamoDB:*",
      "s3:Get*",
      "sqs:Send?essage",
      "lambda:Invoke*",
      "lambda:*",
      "*",
      "s*",
      "execute-api:*",
      "events:PutEvents",
      "kms:Decrypt",
      "kms:GenerateDataKey*",
      "secretsmanager:GetSecretValue",
      "sns:Publish",
      "ssm:GetParameter*",
      "ssm:Put*",
      "xray:PutTraceSegments",
    ];
    const others = [
      "ec2:*",
      "lambda:GetFunction",
      "sns:Subscribe",
      "ssm:SendCommand",
      "s3-outposts:*",
      "sts:AssumeRole",
      "execute-api:ManageConnections",
    ];
    assert.deepEqual(reduced(allow([...judged, ...others])).policies, { p: [allow(judged)] });
    assert.deepEqual(reduced(allow(others)), { from: "x 1", silent: ["p"], policies: {} });
  });

  it("keep conditions and resources, denials, and what is said by exception", () => {
    const statements = [
      allow(["s3:GetObject"], {
        Resource: "arn:aws:s3:::b/*",
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      }),
      { Effect: "Deny", Action: ["sqs:*"], Resource: "*" },
      { Effect: "Allow", NotAction: ["iam:*"], Resource: "*" },
    ];
    assert.deepEqual(reduced(...statements).policies.p, statements);
  });

  it("are the newest version, and none of a service-linked role", () => {
    const all = {
      ...packaged("b", allow(["s3:*"])),
      ...packaged("aws-service-role/a", allow(["s3:*"])),
      ...packaged("a", allow(["s3:*"])),
    };
    const { policies, silent } = reducePolicies(all, "x 1");
    assert.deepEqual([Object.keys(policies), silent], [["a", "b"], []]);
  });

  it("stand one a line", () => {
    const text = renderPolicies(
      reducePolicies({ ...packaged("a", allow(["s3:*"])), ...packaged("b", allow("ec2:*")) }, "x 1"),
    );
    assert.match(text, /^ {4}"a": \[.*\]$/m);
    assert.deepEqual(JSON.parse(text), { from: "x 1", silent: ["b"], policies: { a: [allow(["s3:*"])] } });
  });
});
