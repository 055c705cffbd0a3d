import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording } from "../../program/recording.ts";
import { find, fixture } from "./fixtures.ts";

const record = (name: string) => recordProgram({ cwd: fixture(name), stack: "dev" });

describe("a private network with a database behind an endpoint", () => {
  let recording: Recording;
  before(async () => {
    recording = await record("network");
  });

  it("gives the network's subnets and route tables, though its component does not expand", () => {
    const network = find(recording, "net");
    assert.equal(network.remote, true);
    assert.equal((recording.outputs.subnets as string[]).length, 2);
    const { routeTableIds } = find(recording, "dynamodb").inputs;
    assert.equal((routeTableIds as string[]).length, 2);
    for (const id of routeTableIds as string[]) assert.match(id, /^rtb-[0-9a-f]{17}$/);
    assert.deepEqual(network.outputs.publicSubnetIds, []);
    assert.deepEqual(network.outputs.natGateways, []);
    assert.equal(network.outputs.internetGateway, undefined);
  });

  it("records nothing that the program did not declare itself", () => {
    assert.deepEqual(
      recording.resources.filter(({ type }) => /subnet|routeTable/.test(type)),
      [],
    );
  });

  it("knows the private address of the cluster only after the endpoint is connected", () => {
    assert.match(
      String(recording.outputs.publicAddress),
      /^mongodb\+srv:\/\/barns\.[0-9a-f]{5}\.mongodb\.net$/,
    );
    assert.equal(recording.outputs.before, 0);
    const [endpoint, ...others] = recording.outputs.after as { [key: string]: unknown }[];
    assert.equal(others.length, 0);
    assert.deepEqual(endpoint?.endpoints, [
      { endpointId: recording.outputs.endpointId, providerName: "AWS", region: "EU_CENTRAL_1" },
    ]);
    assert.match(
      String(endpoint?.srvConnectionString),
      /^mongodb\+srv:\/\/barns-pl-0\.[0-9a-f]{5}\.mongodb\.net$/,
    );
  });

  it("names one prefix list wherever it is asked for", () => {
    assert.equal(recording.outputs.samePrefixList, recording.outputs.prefixList);
  });
});

describe("a program that uses what is loaded on first use only", () => {
  let recording: Recording;
  before(async () => {
    recording = await record("stand-ins");
  });

  it("makes, extends and reads resources as with the classes themselves", () => {
    assert.deepEqual(recording.outputs.instances, [true, true, true, true, false, true]);
    assert.equal(recording.outputs.own, true);
    assert.deepEqual(recording.outputs.statics, [true, "function", "function"]);
    assert.deepEqual(find(recording, "extended").inputs.orgId, "o");
    assert.equal(find(recording, "read").read, true);
  });

  it("looks into a service's module as into the module itself", () => {
    assert.deepEqual(recording.outputs.namespaces, [true, true, "function"]);
    assert.equal(recording.outputs.sameModule, true);
    assert.deepEqual(recording.outputs.principal, { Service: "lambda.amazonaws.com" });
  });

  it("loads nothing that it does not use, and what it uses as if it had been there", () => {
    assert.deepEqual(recording.outputs.loaded, []);
    assert.equal(recording.outputs.newer, true);
    assert.deepEqual(recording.outputs.messages, ["no", true]);
    assert.deepEqual(recording.outputs.partition, ["function", "amazonaws.com"]);
  });

  it("gets resources it did not make, though it never loaded their module", () => {
    const tables = recording.outputs.routeTables as string[][];
    assert.equal(tables.length, 2);
    for (const [id, vpc] of tables) {
      assert.match(id ?? "", /^rtb-/);
      assert.equal(vpc, recording.outputs.vpcId);
    }
  });
});
