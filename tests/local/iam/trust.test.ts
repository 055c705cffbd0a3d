import assert from "node:assert/strict";
import { IamService } from "../../../local/iam/service.ts";
import { trustRefusal } from "../../../local/iam/trust.ts";
import type { Value } from "../../../program/recording.ts";
import { lambda, recording, role, roleArn, testContext } from "./recordings.ts";

const service = "lambda.amazonaws.com";
const trusting = (Principal: unknown, more: object = {}, Effect = "Allow") => ({
  Effect,
  Action: "sts:AssumeRole",
  Principal,
  ...more,
});

function roleWith(...statements: object[]) {
  const trusted = role("r");
  trusted.inputs.assumeRolePolicy = JSON.stringify({ Statement: statements });
  return trusted;
}

describe("the trust policy of a role", () => {
  const kind = (statements: object[], assumption: object = {}) =>
    trustRefusal(recording(roleWith(...statements)), { roleArn: roleArn("r"), service, ...assumption })?.kind;

  it("lets those services assume the role that it names, and no other", () => {
    assert.equal(kind([trusting({ Service: service })]), undefined);
    assert.equal(kind([trusting({ Service: ["edgelambda.amazonaws.com", service] })]), undefined);
    assert.equal(kind([trusting({ Service: "ec2.amazonaws.com" })]), "refused");
    assert.equal(kind([trusting({ AWS: "arn:aws:iam::123456789012:root" })]), "refused");
    assert.equal(kind([trusting({ Service: service }, { Action: "sts:TagSession" })]), "refused");
    assert.equal(kind([]), "refused");
  });

  it("denies in the end", () => {
    const denied = trusting({ Service: service }, {}, "Deny");
    assert.equal(kind([trusting({ Service: service }), denied]), "refused");
  });

  it("is judged with the account and the ARN of what the service acts for", () => {
    const scheduler = {
      service: "scheduler.amazonaws.com",
      sourceArn: "arn:aws:scheduler:r:123456789012:schedule/a/b",
    };
    const from = (account: string) => [
      trusting(
        { Service: "scheduler.amazonaws.com" },
        { Condition: { StringEquals: { "aws:SourceAccount": account } } },
      ),
    ];
    assert.equal(kind(from("123456789012"), scheduler), undefined);
    assert.equal(kind(from("999999999999"), scheduler), "refused");
  });

  it("is said not to be judged where something in it is not known here", () => {
    const condition = { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } };
    assert.equal(kind([trusting({ Service: service }, condition)]), "not judged");
    const unknown = role("r");
    unknown.inputs.assumeRolePolicy = { $: "unknown" } satisfies Value;
    assert.equal(trustRefusal(recording(unknown), { roleArn: roleArn("r"), service })?.kind, "not judged");
  });

  it("refuses the run of a function that AWS would not create, with what to add", async () => {
    const context = testContext(
      recording(roleWith(trusting({ Service: "ec2.amazonaws.com" })), lambda("f", "r")),
    );
    try {
      await assert.rejects(
        new IamService().start(context),
        /AWS would not create these functions:\n {2}function f: its role r cannot be assumed by lambda\.amazonaws\.com: add \{/,
      );
    } finally {
      context.remove();
    }
  });
});
