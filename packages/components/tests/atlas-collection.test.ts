import assert from "node:assert/strict";
import { AtlasCollection } from "../atlas-collection.ts";
import { AtlasDatabase } from "../atlas-database.ts";
import { LambdaFunction } from "../lambda-function.ts";
import type { Link } from "../link.ts";
import { declare } from "./support/declare.ts";

const CLUSTER = "mongodbatlas:index/advancedCluster:AdvancedCluster";
const USER = "mongodbatlas:index/databaseUser:DatabaseUser";
const settings = { organizationId: "5f0c0ffee0c0ffee0c0ffee0", region: "eu-central-1", tier: "M10" } as const;

const linked = (links: (orders: AtlasDatabase, customers: AtlasCollection) => Link[]) =>
  declare(() => {
    const orders = new AtlasDatabase("orders", settings);
    const customers = new AtlasCollection("customers", { cluster: orders });
    new LambdaFunction("work", { entry: "functions/hello/hello.ts", links: links(orders, customers) });
  });

describe("AtlasCollection", () => {
  it("is a database of its own in the cluster that is there, and makes none", async () => {
    const declared = await linked((_, customers) => [customers.readWrite]);
    assert.equal(declared.all(CLUSTER).length, 1);
    const { variables } = declared.inputs("aws:lambda/function:Function").environment as {
      variables: Record<string, string>;
    };
    assert.match(
      variables.CUSTOMERS_MONGODB_URI ?? "",
      /^mongodb\+srv:\/\/[^/]+\/customers\?authMechanism=MONGODB-AWS&/,
    );
    assert.equal(variables.ORDERS_MONGODB_URI, undefined);
    assert.deepEqual(declared.inputs(USER).roles, [{ roleName: "readWrite", databaseName: "customers" }]);
    assert.deepEqual(declared.recording.diagnostics, []);
  });

  it("makes one user of a function that reaches several of a cluster, each as its link says", async () => {
    const declared = await linked((orders, customers) => [orders.read, customers.readWrite]);
    assert.deepEqual(declared.inputs(USER).roles, [
      { roleName: "read", databaseName: "orders" },
      { roleName: "readWrite", databaseName: "customers" },
    ]);
  });

  it("is refused where two links give the same variable", async () => {
    await assert.rejects(
      linked((_, customers) => [customers.read, customers.readWrite]),
      /links customers\.read and customers\.readWrite both give CUSTOMERS_MONGODB_URI; keep one/,
    );
  });
});

describe("a second AtlasDatabase", () => {
  for (const [tier, price] of [
    ["M10", "about 58 USD a month in us-east-1"],
    ["FLEX", "from 8 USD a month"],
    ["M0", "free"],
  ] as const) {
    it(`of tier ${tier} says that it is a second cluster, and what it costs`, async () => {
      const declared = await declare(() => {
        new AtlasDatabase("orders", { ...settings, tier });
        new AtlasDatabase("customers", { ...settings, tier });
      });
      assert.deepEqual(
        declared.recording.diagnostics.map(({ severity, message }) => [severity, message]),
        [
          [
            "warning",
            `AtlasDatabase "customers" is a second cluster beside "orders", of tier ${tier} (${price}); ` +
              'new AtlasCollection("customers", { cluster: orders }) would be a database of its own in the first one',
          ],
        ],
      );
    });
  }
});
