import assert from "node:assert/strict";
import type { Values } from "../../tandem/program/recording.ts";
import { AtlasDatabase } from "../atlas-database.ts";
import { DynamoTable } from "../dynamo-table.ts";
import { HttpApi } from "../http-api.ts";
import { LambdaFunction } from "../lambda-function.ts";
import { Network } from "../network.ts";
import { declare } from "./support/declare.ts";

const REGION = "eu-central-1";
const ORGANIZATION_ID = "5f0c0ffee0c0ffee0c0ffee0";

/** One of everything, with all that is optional. */
function everything(suffix: string): void {
  const network = new Network(`network${suffix}`, { cidrBlock: "10.0.0.0/16", zones: 2, region: REGION });
  const database = new AtlasDatabase(`orders${suffix}`, {
    organizationId: ORGANIZATION_ID,
    region: REGION,
    network,
    tier: "M30",
    tierCeiling: "M40",
    accessList: ["203.0.113.0/24"],
    alertEmail: "ops@example.com",
    protect: true,
  });
  const table = new DynamoTable(`visits${suffix}`, { partitionKey: { name: "year", type: "N" } });
  const lambda = new LambdaFunction(`hello${suffix}`, {
    entry: "packages/components/tests/fixtures/hello.ts",
    links: [database.read, table.read],
    reservedConcurrency: 1,
    provisionedConcurrency: 1,
  });
  new HttpApi(`api${suffix}`, {
    routes: { "GET /hello": lambda, "GET /hello/{name}": lambda },
    authorizer: { type: "jwt", issuer: "https://issuer.example.com/", audience: ["tandem"] },
    domain: { name: `api${suffix}.example.com`, zoneId: "Z0123456789ABCDEFGHIJ" },
  });
}

describe("two instances of every component in one program", () => {
  it("declare twice as much as one of each", async () => {
    const [one, two] = [
      await declare(() => everything("")),
      await declare(() => {
        everything("");
        everything("-two");
      }),
    ];
    const doubled = Object.entries(one.counts()).map(([type, count]) => [type, count * 2]);
    assert.deepEqual(two.counts(), Object.fromEntries(doubled));
  });

  it("collide in no URN and no physical name", async () => {
    const declared = await declare(() => {
      everything("");
      everything("-two");
    });
    const { resources } = declared.recording;
    assert.equal(new Set(resources.map(({ urn }) => urn)).size, resources.length);
    // A name need only be its own within what it belongs to.
    const owner = ({ role, functionName, zoneId, apiId }: Values) =>
      role ?? functionName ?? zoneId ?? apiId ?? "";
    const names = resources
      .filter(({ custom, inputs }) => custom && typeof inputs.name === "string")
      .map(({ type, inputs }) => `${type} ${owner(inputs)} ${inputs.name}`);
    assert.deepEqual(names, [...new Set(names)]);
  });
});
