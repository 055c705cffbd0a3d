import assert from "node:assert/strict";
import path from "node:path";
import { check } from "../../tandem/policies/check.ts";
import type { RecordedResource, Recording } from "../../tandem/program/recording.ts";
import { recordedHere, recordedOnce } from "../../tandem/tests/support/recordings.ts";
import { waivers } from "../waivers.ts";

const cwd = path.resolve(import.meta.dirname, "..");
const PROJECT = "tandem-bootstrap";
const PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const STATE_BUCKET = "arn:aws:s3:::tandem-bootstrap-account-state-123456789012";

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

describe("bootstrap", () => {
  let recording: Recording;

  before(async () => {
    recording = await recordedOnce({
      cwd,
      stack: "account",
      config: { repository: "acme/shop", service: "shop" },
    });
  });

  function all(type: string): RecordedResource[] {
    return recording.resources.filter((resource) => resource.type === type);
  }

  function one(type: string, name: string): RecordedResource {
    const found = all(type).filter((resource) => resource.name === name);
    assert.equal(
      found.length,
      1,
      `${type} ${name} among ${all(type)
        .map((resource) => resource.name)
        .join(", ")}`,
    );
    return found[0] as RecordedResource;
  }

  function statements(policy: string): Statement[] {
    return JSON.parse(String(one("aws:iam/policy:Policy", policy).inputs.policy)).Statement;
  }

  function subjects(role: string): unknown {
    const trust = JSON.parse(String(one("aws:iam/role:Role", role).inputs.assumeRolePolicy)).Statement;
    assert.equal(trust.length, 1);
    const { Effect, Principal, Action, Condition } = trust[0];
    assert.deepEqual(
      [Effect, Principal, Action],
      ["Allow", { Federated: PROVIDER }, "sts:AssumeRoleWithWebIdentity"],
    );
    assert.deepEqual(Object.keys(Condition), ["StringEquals"]);
    assert.equal(Condition.StringEquals["token.actions.githubusercontent.com:aud"], "sts.amazonaws.com");
    return Condition.StringEquals["token.actions.githubusercontent.com:sub"];
  }

  it("makes one provider, four roles, two buckets and one key", () => {
    const counts = Map.groupBy(recording.resources, ({ type }) => type);
    const count = (type: string) => counts.get(type)?.length ?? 0;
    assert.equal(count("aws:iam/openIdConnectProvider:OpenIdConnectProvider"), 1);
    assert.equal(count("aws:iam/role:Role"), 4);
    assert.equal(count("aws:s3/bucket:Bucket"), 2);
    assert.equal(count("aws:kms/key:Key"), 1);
  });

  it("makes no access key and no user", () => {
    assert.deepEqual([...all("aws:iam/accessKey:AccessKey"), ...all("aws:iam/user:User")], []);
  });

  it("believes GitHub, for AWS alone", () => {
    const { inputs, protect } = one("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "github");
    assert.deepEqual(inputs, {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    });
    assert.equal(protect, true);
  });

  it("lets each deploy role be taken from the environment of its stage and from nowhere else", () => {
    for (const stage of ["dev", "prod", "review"]) {
      assert.deepEqual(subjects(`deploy-${stage}`), [`repo:acme/shop:environment:${stage}`]);
    }
  });

  it("lets the preview role be taken by pull requests of this repository and on its main branch", () => {
    assert.deepEqual(subjects("preview"), [
      "repo:acme/shop:pull_request",
      "repo:acme/shop:ref:refs/heads/main",
    ]);
  });

  it("lets previews read and lock, and change nothing else", () => {
    const attached = all("aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(({ name }) =>
      name.startsWith("preview"),
    );
    assert.deepEqual(attached.map(({ name }) => name).sort(), ["preview-read", "preview-state"]);
    const reading = /:(Describe|Get|GET$|List)/;
    for (const { Action } of statements("preview-read"))
      for (const action of [Action].flat()) assert.match(action, reading);
    const [lock, ...others] = statements("preview-state").filter(
      ({ Action }) => ![Action].flat().every((action) => reading.test(action)),
    );
    assert.deepEqual(lock, {
      Sid: "Lock",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${STATE_BUCKET}/.pulumi/locks/*`,
    });
    assert.deepEqual(
      others.map(({ Action }) => Action),
      ["kms:Decrypt"],
    );
  });

  it("lets nobody read the data of a stage", () => {
    const actions = all("aws:iam/policy:Policy").flatMap(({ name }) =>
      statements(name).flatMap(({ Action, Resource }) =>
        [Action].flat().map((action) => ({ action, Resource })),
      ),
    );
    const data =
      /^(dynamodb:(GetItem|BatchGetItem|Query|Scan)|sqs:ReceiveMessage|logs:(GetLogEvents|FilterLogEvents)|secretsmanager:)/;
    assert.deepEqual(
      actions.filter(({ action }) => data.test(action)),
      [],
    );
    for (const { action, Resource } of actions) {
      if (action === "s3:GetObject") assert.equal(Resource, `${STATE_BUCKET}/.pulumi/*`);
    }
  });

  it("binds a stage to what its names say is its own, stacks of pull requests included", () => {
    for (const [stage, prefix] of [
      ["dev", "shop-dev-"],
      ["prod", "shop-prod-"],
      ["review", "shop-pr-"],
    ] as const) {
      const named = statements(`deploy-${stage}-write`)
        .flatMap(({ Resource }) => Resource)
        .filter((resource) => resource !== "*" && !resource.startsWith("arn:aws:apigateway:"));
      assert.ok(named.length >= 10);
      for (const resource of named) assert.ok(resource.endsWith(`${prefix}*`), resource);
    }
  });

  it("hands roles of the stage over to the services that run the program alone", () => {
    const [, handOver] = statements("deploy-dev-roles");
    assert.deepEqual(handOver, {
      Sid: "HandOver",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: ["arn:aws:iam::123456789012:role/shop-dev-*"],
      Condition: {
        StringEquals: {
          "iam:PassedToService": [
            "lambda.amazonaws.com",
            "scheduler.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
          ],
        },
      },
    });
  });

  it("keeps the key of the secrets out of reach of those who deploy keys", () => {
    const changing = statements("deploy-prod-write").find(({ Sid }) => Sid === "Keys");
    assert.deepEqual(changing?.Condition, {
      StringEquals: { "aws:ResourceTag/service": "shop" },
      StringLike: { "aws:ResourceTag/stage": "prod" },
    });
    const { inputs, protect } = one("aws:kms/key:Key", "secrets");
    assert.deepEqual([inputs.enableKeyRotation, inputs.deletionWindowInDays, protect], [true, 30, true]);
  });

  it("stays below what one policy may hold", () => {
    for (const { name, inputs } of all("aws:iam/policy:Policy")) {
      assert.ok(String(inputs.policy).length <= 6_144, `${name}: ${String(inputs.policy).length}`);
    }
  });

  it("keeps the state in a private, versioned bucket over TLS only, and protects it", () => {
    const bucket = one("aws:s3/bucket:Bucket", "state");
    assert.deepEqual([bucket.protect, bucket.inputs.forceDestroy], [true, false]);
    assert.deepEqual(
      one("aws:s3/bucketVersioning:BucketVersioning", "state-versioning").inputs.versioningConfiguration,
      { status: "Enabled" },
    );
    const access = one(
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "state-public-access",
    ).inputs;
    assert.deepEqual(
      [
        access.blockPublicAcls,
        access.blockPublicPolicy,
        access.ignorePublicAcls,
        access.restrictPublicBuckets,
      ],
      [true, true, true, true],
    );
    const policy = JSON.parse(
      String(one("aws:s3/bucketPolicy:BucketPolicy", "state-policy").inputs.policy),
    ).Statement;
    assert.deepEqual(policy[0].Condition, { Bool: { "aws:SecureTransport": "false" } });
  });

  it("tells what the repository has to know", () => {
    assert.deepEqual(recording.outputs, {
      backend: "s3://tandem-bootstrap-account-state-123456789012",
      secretsProvider: `awskms://alias/tandem-bootstrap-account-secrets?region=${recording.config["aws:region"]}`,
      previewRole: "arn:aws:iam::123456789012:role/tandem-bootstrap-account-preview",
      deployRoles: {
        dev: "arn:aws:iam::123456789012:role/tandem-bootstrap-account-deploy-dev",
        prod: "arn:aws:iam::123456789012:role/tandem-bootstrap-account-deploy-prod",
        review: "arn:aws:iam::123456789012:role/tandem-bootstrap-account-deploy-review",
      },
    });
  });

  it("keeps the rules of this project but for what it says it does on purpose", () => {
    const { violations, waiverMistakes } = check(recording, { waivers });
    assert.deepEqual([violations, waiverMistakes], [[], []]);
  });

  it("uses GitHub's provider where the account has it already", async () => {
    const existing = await recordedHere(recording, {
      config: { [`${PROJECT}:githubProviderArn`]: PROVIDER },
    });
    assert.deepEqual(
      existing.resources.filter(({ type }) => type.startsWith("aws:iam/openId")),
      [],
    );
    assert.equal(existing.resources.filter(({ type }) => type === "aws:iam/role:Role").length, 4);
  });

  it("refuses wrong settings, all at once", async () => {
    await assert.rejects(
      recordedHere(recording, {
        config: {
          [`${PROJECT}:repository`]: "no repository",
          [`${PROJECT}:stages`]: ["Dev!"],
          [`${PROJECT}:githubProviderArn`]: "arn",
        },
      }),
      (error: Error) =>
        ["repository", "stages", "githubProviderArn"].every((key) =>
          error.message.includes(`${PROJECT}:${key}`),
        ),
    );
  });
});
