import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { check } from "../../policies/check.ts";
import { record } from "../../program/record.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";
import { recording, resource } from "../review/support/recordings.ts";

type Document = { Statement: { [key: string]: Value }[] };

/** Ways in which a program may hand over a policy document. */
const shapes: Record<string, (document: Document) => Value> = {
  text: (document) => JSON.stringify(document),
  "an object": (document) => document,
  "an object with one statement instead of a list": ({ Statement }) => ({ Statement: Statement[0] ?? null }),
  "a secret text": (document) => ({ $: "secret", value: JSON.stringify(document) }),
  "a secret object": (document) => ({ $: "secret", value: document }),
  "an object with secrets in it": ({ Statement }) => ({
    Statement: Statement.map((statement) =>
      Object.fromEntries(Object.entries(statement).map(([key, value]) => [key, { $: "secret", value }])),
    ),
  }),
  "an object with parts that are not known yet": ({ Statement }) => ({
    Id: { $: "unknown" },
    Statement: [{ $: "unknown" }, ...Statement],
  }),
};

/** Places where a policy of what somebody may do stands. */
const identityPlaces: Record<string, (policy: Value) => RecordedResource> = {
  "a role's policy": (policy) => resource("aws:iam/rolePolicy:RolePolicy", "p", { policy }),
  "a managed policy": (policy) => resource("aws:iam/policy:Policy", "p", { policy }),
  "a user's policy": (policy) => resource("aws:iam/userPolicy:UserPolicy", "p", { policy }),
  "a group's policy": (policy) => resource("aws:iam/groupPolicy:GroupPolicy", "p", { policy }),
  "an inline policy of a role": (policy) =>
    resource("aws:iam/role:Role", "p", {
      assumeRolePolicy: '{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}}}',
      inlinePolicies: [{ name: "p", policy }],
    }),
};

const identityMistakes: Record<string, { [key: string]: Value }> = {
  "iam/no-wildcard-action": { Action: ["*"], Resource: "arn:aws:s3:::shop" },
  "iam/no-wildcard-resource": { Action: "s3:GetObject", Resource: ["*"] },
  "iam/no-escalation": { Action: "IAM:passrole", Resource: "arn:aws:iam::123456789012:role/shop" },
};

const brokenBy = (resources: RecordedResource[], more: Partial<Recording> = {}) =>
  [...new Set(check(recording(resources, more)).violations.map(({ rule }) => rule))].sort();

describe("policies in every shape", () => {
  for (const [shape, write] of Object.entries(shapes)) {
    for (const [place, put] of Object.entries(identityPlaces)) {
      it(`reach every rule as ${shape} in ${place}`, () => {
        for (const [rule, statement] of Object.entries(identityMistakes)) {
          const document = { Statement: [{ Effect: "Allow", ...statement }] };
          assert.deepEqual(brokenBy([put(write(document))]), [rule]);
        }
      });
    }

    it(`reach the rules of trust and of public access as ${shape}`, () => {
      const trusting = {
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: "*" } }],
      };
      assert.deepEqual(
        brokenBy([resource("aws:iam/role:Role", "r", { assumeRolePolicy: write(trusting) })]),
        ["iam/one-service-trusted"],
      );
      const open = { Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Principal: "*", Resource: "*" }] };
      assert.deepEqual(brokenBy([resource("aws:kms/keyPolicy:KeyPolicy", "k", { policy: write(open) })]), [
        "access/not-public",
      ]);
    });
  }

  it("reach every rule as the answer of getPolicyDocument", async () => {
    const recorded = await record(
      () => {
        const { json } = aws.iam.getPolicyDocumentOutput({
          statements: [{ actions: ["*"], resources: ["arn:aws:s3:::shop"] }],
        });
        new aws.iam.Policy("wide", { policy: json });
      },
      { project: "shop", config: { "aws:region": "eu-central-1" } },
    );
    assert.deepEqual(
      check(recorded).violations.map(({ rule }) => rule),
      ["iam/no-wildcard-action"],
    );
  });

  it("compare actions without case", () => {
    const tracing = { Effect: "Allow", Action: ["XRAY:puttracesegments"], Resource: "*" };
    const policy = JSON.stringify({ Statement: [tracing] });
    assert.deepEqual(brokenBy([resource("aws:iam/rolePolicy:RolePolicy", "p", { policy })]), []);
  });

  it("state nothing where they are not known at all", () => {
    const policy: Value = { $: "unknown" };
    assert.deepEqual(brokenBy([resource("aws:iam/rolePolicy:RolePolicy", "p", { policy })]), []);
  });
});
