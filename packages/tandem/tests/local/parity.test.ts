import assert from "node:assert/strict";
import { countByState, groupByType, parityRows } from "../../local/parity.ts";
import type { Service } from "../../local/service.ts";
import { recording, resource } from "./support/recordings.ts";

const tables: Service = {
  name: "tables",
  parity: ({ type }) =>
    type.startsWith("aws:dynamodb/table:") ? { state: "realised", reason: "a table" } : undefined,
  start: () => Promise.reject(new Error("must not be started")),
  stop: () => Promise.reject(new Error("must not be stopped")),
};

const rowsOf = (...resources: ReturnType<typeof resource>[]) => parityRows(recording(resources), [tables]);

describe("parity", () => {
  it("asks the services first", () => {
    assert.deepEqual(rowsOf(resource("aws:dynamodb/table:Table", "motors")), [
      {
        type: "aws:dynamodb/table:Table",
        name: "motors",
        urn: "urn:pulumi:dev::shop::aws:dynamodb/table:Table::motors",
        state: "realised",
        reason: "a table",
      },
    ]);
  });

  it("gives the reason for what means nothing here", () => {
    const [row] = rowsOf(resource("aws:kms/key:Key", "lock"));
    assert.equal(row?.state, "recorded only");
    assert.equal(row?.reason, "data on this machine is not encrypted");
  });

  it("calls a type that nobody knows unsupported", () => {
    const [row] = rowsOf(resource("aws:rds/instance:Instance", "db"));
    assert.equal(row?.state, "unsupported");
    assert.equal(row?.reason, "the local run does not know this type");
  });

  it("calls unsupported what has no service here, so that --strict names it", () => {
    for (const type of [
      "aws:kinesis/stream:Stream",
      "aws:sfn/activity:Activity",
      "aws:pipes/pipe:Pipe",
      "aws:cloudfront/function:Function",
    ]) {
      const [row] = rowsOf(resource(type, "one"));
      assert.deepEqual([type, row?.state], [type, "unsupported"]);
    }
  });

  it("calls unsupported what does something in the cloud and nothing here, whatever else of its service is a setting", () => {
    const states = (...types: string[]) =>
      rowsOf(...types.map((type) => resource(type, type))).map(({ state }) => state);
    const settings = [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:cloudwatch/logGroup:LogGroup",
    ];
    const behaviour = [
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
      "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
      "aws:cloudwatch/logMetricFilter:LogMetricFilter",
      "aws:cloudwatch/metricStream:MetricStream",
    ];
    assert.deepEqual(new Set(states(...settings)), new Set(["recorded only"]));
    assert.deepEqual(new Set(states(...behaviour)), new Set(["unsupported"]));
  });

  it("leaves out local components and providers, keeps remote components", () => {
    const rows = rowsOf(
      resource("shop:aws:Shop", "shop", { custom: false }),
      resource("pulumi:providers:aws", "aws"),
      resource("awsx:ec2:Vpc", "network", { custom: false, remote: true }),
    );
    assert.deepEqual(
      rows.map(({ name, state }) => [name, state]),
      [["network", "recorded only"]],
    );
  });

  it("does not realise what was only read", () => {
    const [row] = rowsOf(resource("aws:rds/instance:Instance", "db", { read: true }));
    assert.deepEqual([row?.state, row?.reason], ["recorded only", "it was read, not declared"]);
  });

  it("groups rows of one type and reason, what is missing first", () => {
    const rows = rowsOf(
      resource("aws:dynamodb/table:Table", "a"),
      resource("aws:kms/key:Key", "key"),
      resource("aws:dynamodb/table:Table", "b"),
      resource("aws:rds/instance:Instance", "db"),
    );
    assert.deepEqual(
      groupByType(rows).map(({ type, count }) => [type, count]),
      [
        ["aws:rds/instance:Instance", 1],
        ["aws:dynamodb/table:Table", 2],
        ["aws:kms/key:Key", 1],
      ],
    );
    assert.deepEqual(countByState(rows), { realised: 2, "recorded only": 1, unsupported: 1 });
  });
});
