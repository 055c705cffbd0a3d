import assert from "node:assert/strict";
import { DynamoTable } from "../dynamo-table.ts";
import { declare } from "./support/declare.ts";

const TYPE = "aws:dynamodb/table:Table";
const visits = { partitionKey: { name: "year", type: "N" }, sortKey: { name: "title", type: "S" } } as const;

describe("DynamoTable", () => {
  it("declares one table, billed by request, with its two keys and no other attribute", async () => {
    const declared = await declare(() => void new DynamoTable("visits", visits));
    assert.deepEqual(declared.counts(), { "tandem:aws:DynamoTable": 1, [TYPE]: 1 });
    assert.deepEqual(declared.inputs(TYPE), {
      name: "tandem-dev-visits",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "year",
      rangeKey: "title",
      attributes: [
        { name: "year", type: "N" },
        { name: "title", type: "S" },
      ],
      pointInTimeRecovery: { enabled: true },
      deletionProtectionEnabled: false,
    });
    assert.equal(declared.one(TYPE).protect, false);
  });

  it("is kept in two ways where it is protected", async () => {
    const declared = await declare(() => void new DynamoTable("visits", { ...visits, protect: true }));
    assert.equal(declared.one(TYPE).protect, true);
    assert.equal(declared.inputs(TYPE).deletionProtectionEnabled, true);
  });

  it("changes nothing but what refuses its deletion when its protection is lifted", async () => {
    const [kept, lifted] = await Promise.all(
      [true, false].map((protect) => declare(() => void new DynamoTable("visits", { ...visits, protect }))),
    );
    assert.deepEqual(lifted?.inputs(TYPE), { ...kept?.inputs(TYPE), deletionProtectionEnabled: false });
  });

  it("lets items expire where an attribute says when", async () => {
    const declared = await declare(
      () =>
        void new DynamoTable("keys", {
          partitionKey: { name: "key", type: "S" },
          expiryAttribute: "expiresAt",
        }),
    );
    assert.deepEqual(declared.inputs(TYPE).ttl, { attributeName: "expiresAt", enabled: true });
    assert.equal(declared.inputs(TYPE).rangeKey, undefined);
  });

  it("links the table's name and the calls of its kind on this table alone", async () => {
    const declared = await declare(() => {
      const { read, write, readWrite } = new DynamoTable("visit-reports", visits);
      return { read, write, readWrite };
    });
    const resources = ["arn:aws:dynamodb:eu-central-1:123456789012:table/tandem-dev-visit-reports"];
    const variables = { VISIT_REPORTS_TABLE: "tandem-dev-visit-reports" };
    const reading = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"];
    const writing = [
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
    ];
    assert.deepEqual(declared.recording.outputs, {
      read: { name: "visit-reports.read", variables, permissions: [{ actions: reading, resources }] },
      write: { name: "visit-reports.write", variables, permissions: [{ actions: writing, resources }] },
      readWrite: {
        name: "visit-reports.readWrite",
        variables,
        permissions: [{ actions: [...reading, ...writing], resources }],
      },
    });
  });

  it("tells its name and ARN", async () => {
    const declared = await declare(() => void new DynamoTable("visits", visits));
    assert.deepEqual(declared.outputs("tandem:aws:DynamoTable"), {
      tableName: "tandem-dev-visits",
      tableArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/tandem-dev-visits",
    });
  });
});
