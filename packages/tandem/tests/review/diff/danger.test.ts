import assert from "node:assert/strict";
import type { RecordedResource, Recording, Value, Values } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import { recording, resource, urn } from "../support/recordings.ts";

const TABLE = "aws:dynamodb/table:Table";
const BUCKET = "aws:s3/bucket:Bucket";

function dangers(before: RecordedResource[] | Recording, after: RecordedResource[] | Recording): string[] {
  const [old, now] = [before, after].map((one) => (Array.isArray(one) ? recording(one) : one));
  const { danger } = compare({ ...(old && { recording: old }) }, { ...(now && { recording: now }) });
  return danger.map(({ kind, message }) => `${kind}: ${message}`);
}

/** Of one resource whose inputs change. */
function ofChange(type: string, before: Values, after: Values): string[] {
  return dangers([resource(type, "one", before)], [resource(type, "one", after)]);
}

function ofDeletion(type: string, inputs: Values = {}): string[] {
  return dangers([resource(type, "one", inputs)], []);
}

describe("dangers", () => {
  it("are addresses that others know", () => {
    const addressed: Record<string, string> = {
      "aws:apigateway/restApi:RestApi": "address",
      "aws:apigatewayv2/api:Api": "address",
      "aws:cloudfront/distribution:Distribution": "domain",
      "aws:cognito/userPoolClient:UserPoolClient": "client id",
      "aws:ec2/eip:Eip": "IP address",
      "aws:lambda/functionUrl:FunctionUrl": "address",
    };
    for (const [type, address] of Object.entries(addressed)) {
      const [deleted, ...others] = ofDeletion(type);
      assert.match(
        deleted ?? "",
        new RegExp(`^address-lost: .*"one" is deleted: its ${address}, which others may know, goes`),
      );
      assert.deepEqual(others, []);
      const [renamed] = dangers(
        [resource(type, "one", { domain: "d" })],
        [resource(type, "two", { domain: "d" })],
      );
      assert.match(
        renamed ?? "",
        /It looks like a rename to "two": an alias and its old name in the cloud would keep it\.$/,
      );
    }
    assert.match(
      ofChange("aws:apigatewayv2/api:Api", { protocolType: "HTTP" }, { protocolType: "WEBSOCKET" })[0] ?? "",
      /^address-lost: .*replaced because protocolType cannot change in place; its address becomes another one/,
    );
  });

  it("are renames of what holds data, known by equal keys", () => {
    const table = (name: string, hashKey: string) =>
      resource(TABLE, name, { name: `shop-${name}`, hashKey, attributes: [{ name: hashKey, type: "S" }] });
    assert.deepEqual(dangers([table("reports", "year")], [table("summaries", "year")]), [
      'deleted: aws.dynamodb.Table "reports" is deleted with everything in it. It looks like a rename to "summaries": an alias and its old name in the cloud would keep it.',
    ]);
    assert.deepEqual(dangers([table("reports", "year")], [table("summaries", "id")]), [
      'deleted: aws.dynamodb.Table "reports" is deleted with everything in it.',
    ]);
  });

  it("are not log groups: what was logged is no data, unless it is protected", () => {
    assert.deepEqual(ofDeletion("aws:cloudwatch/logGroup:LogGroup"), []);
    const kept = resource("aws:cloudwatch/logGroup:LogGroup", "one", {}, { protect: true });
    assert.match(dangers([kept], [])[0] ?? "", /^deleted-but-protected: /);
  });

  it("are safeguards taken away, wherever their switch stands", () => {
    const cases: [string, Values, Values, RegExp][] = [
      [
        BUCKET,
        {},
        { forceDestroy: true },
        /forceDestroy is turned on, so it can be deleted with everything in it/,
      ],
      [BUCKET, { versioning: { enabled: true } }, {}, /versioning\.enabled is turned off/],
      [TABLE, { pointInTimeRecovery: { enabled: true } }, {}, /pointInTimeRecovery\.enabled is turned off/],
      [
        "aws:rds/instance:Instance",
        {},
        { skipFinalSnapshot: true },
        /skipFinalSnapshot is turned on, so no snapshot/,
      ],
      [
        "aws:rds/cluster:Cluster",
        { backupRetentionPeriod: 7 },
        { backupRetentionPeriod: 0 },
        /backupRetentionPeriod is cut from 7 to 0/,
      ],
      [
        "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
        { restoreWindowDays: 7 },
        { restoreWindowDays: 2 },
        /restoreWindowDays is cut from 7 to 2/,
      ],
      [
        "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
        { policyItemDaily: { retentionValue: 7 } },
        { policyItemDaily: { retentionValue: 3 } },
        /policyItemDaily\.retentionValue is cut from 7 to 3/,
      ],
      [
        "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
        { policyItemDaily: { retentionValue: 7 } },
        {},
        /policyItemDaily is gone: no such snapshots are kept/,
      ],
    ];
    for (const [type, before, after, message] of cases) {
      const found = ofChange(type, before, after);
      assert.equal(found.length, 1, `${type} ${JSON.stringify(after)}: ${found}`);
      assert.match(found[0] ?? "", message);
      assert.match(found[0] ?? "", /^unprotected: /);
      if (!/Value|window/i.test(JSON.stringify(before)))
        assert.deepEqual(
          ofChange(type, after, before).filter((one) => one.startsWith("unprotected")),
          [],
        );
    }
    assert.match(
      ofDeletion("aws:s3/bucketVersioning:BucketVersioning")[0] ?? "",
      /versions of objects are kept no more/,
    );
    assert.match(
      ofDeletion("mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule")[0] ?? "",
      /snapshots are taken and kept no more/,
    );
    assert.deepEqual(
      ofChange("aws:rds/cluster:Cluster", { backupRetentionPeriod: 7 }, { backupRetentionPeriod: 14 }),
      [],
    );
  });

  it("are keys by which a table's items expire, and indexes that are gone or called otherwise", () => {
    const ttl = (attributeName: string): Value => ({ attributeName, enabled: true });
    assert.match(
      ofChange(
        TABLE,
        { hashKey: "id", rangeKey: "at" },
        { hashKey: "id", rangeKey: "at", ttl: ttl("at") },
      )[0] ?? "",
      /^unprotected: .*expire by at, which is a key/,
    );
    assert.deepEqual(ofChange(TABLE, { hashKey: "id" }, { hashKey: "id", ttl: ttl("expiresAt") }), []);
    const index = (name: string, hashKey: string): Values => ({
      hashKey: "id",
      globalSecondaryIndexes: [{ name, hashKey }],
    });
    assert.deepEqual(ofChange(TABLE, index("byTitle", "title"), index("titles", "title")), [
      'index-lost: Index byTitle of aws.dynamodb.Table "one" is called titles: it is deleted and built anew; queries that name it fail.',
    ]);
    assert.deepEqual(ofChange(TABLE, index("byTitle", "title"), { hashKey: "id" }), [
      'index-lost: Index byTitle of aws.dynamodb.Table "one" is gone; queries that name it fail.',
    ]);
  });

  it("are resources that are given to a provider which works elsewhere", () => {
    const PROVIDER = "pulumi:providers:aws";
    const providers = [
      resource(PROVIDER, "frankfurt", { region: "eu-central-1" }),
      resource(PROVIDER, "virginia", { region: "us-east-1" }),
      resource(PROVIDER, "tagged", { region: "eu-central-1", defaultTags: { tags: { a: "b" } } }),
      resource(PROVIDER, "partner", {
        region: "eu-central-1",
        assumeRoles: [{ roleArn: "arn:aws:iam::1:role/r" }],
      }),
    ];
    const moved = (from: string | undefined, to: string | undefined) => {
      const [before, after] = [from, to].map((name) => [
        ...providers,
        resource(TABLE, "stock", {}, name === undefined ? {} : { provider: `${urn(PROVIDER, name)}::id` }),
      ]);
      return compare({ recording: recording(before ?? []) }, { recording: recording(after ?? []) });
    };
    assert.deepEqual(
      moved("frankfurt", "virginia").danger.map(({ kind, message }) => [kind, message]),
      [
        [
          "moved",
          'aws.dynamodb.Table "stock" is given from provider "frankfurt" to provider "virginia", which works elsewhere (region eu-central-1 → us-east-1): it is deleted and created anew there; everything in it is lost.',
        ],
      ],
    );
    assert.equal(moved("frankfurt", "virginia").summary.replaced, 1);
    assert.equal(
      moved(undefined, "virginia").summary.replaced,
      1,
      "the default provider works where the configuration says",
    );
    assert.deepEqual(moved("frankfurt", "tagged").danger, []);
    assert.equal(moved("frankfurt", "tagged").summary.changed, 1);
    assert.match(
      moved("frankfurt", "partner").danger[0]?.message ?? "",
      /works elsewhere \(assumeRoles\): it is not found there/,
    );
  });

  it("name the data that goes when a provider itself works elsewhere", () => {
    const program = (region: string) =>
      recording([resource(TABLE, "stock"), resource("aws:sns/topic:Topic", "news")], {
        config: { "aws:region": region },
      });
    assert.deepEqual(dangers(program("eu-central-1"), program("eu-west-1")), [
      'moved: pulumi.providers.aws "default" works elsewhere (region eu-central-1 → eu-west-1): every resource it looks after is deleted and created anew there, and what is in aws.dynamodb.Table "stock" is lost.',
    ]);
  });

  it("are routes that anybody may read among guarded ones of production, with the waiver that would allow them", () => {
    const API = "aws:apigatewayv2/api:Api";
    const ROUTE = "aws:apigatewayv2/route:Route";
    const program = (authorizationType: string) =>
      recording([
        resource(API, "api", {}, { outputs: { id: "the-api" } }),
        resource(ROUTE, "api-GET/barns", { apiId: "the-api", routeKey: "GET /barns", authorizationType }),
      ]);
    const violation = { rule: "http-api/reads-guarded", resource: "api-GET/barns", message: "is open" };
    const { danger } = compare(
      { recording: program("JWT"), violations: [] },
      { recording: program("NONE"), violations: [violation] },
    );
    assert.deepEqual(
      danger.map(({ kind, message }) => [kind, message]),
      [
        [
          "opened",
          'GET /barns of api is open to everybody, where other routes are guarded. Where that is meant, policies/waivers.ts says why: { rule: "http-api/reads-guarded", resource: "api-GET/barns", stacks: ["dev"], reason: "…" }',
        ],
      ],
    );
    assert.deepEqual(
      compare({ recording: program("JWT"), violations: [] }, { recording: program("NONE"), violations: [] })
        .danger,
      [],
    );
  });
});
