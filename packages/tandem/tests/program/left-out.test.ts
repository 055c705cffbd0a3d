import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { Vpc } from "@pulumi/awsx/ec2/vpc.js";
import * as atlas from "@pulumi/mongodbatlas";
import { type RecordOptions, record } from "../../program/record.ts";

async function outputsOf(program: () => unknown, options: RecordOptions) {
  return (await record(program, { config: { "aws:region": "eu-central-1" }, ...options })).outputs;
}

const certificate = () => {
  const { arn, domainName, domainValidationOptions } = new aws.acm.Certificate("c", {
    domainName: "api.example.com",
  });
  return { domainName, options: domainValidationOptions, arn: arn.apply((text) => text.slice(0, 11)) };
};

const domain = () => {
  const domainNameConfiguration = {
    certificateArn: "arn:c",
    endpointType: "REGIONAL",
    securityPolicy: "TLS_1_2",
  };
  const made = new aws.apigatewayv2.DomainName("d", {
    domainName: "api.example.com",
    domainNameConfiguration,
  });
  return { configuration: made.domainNameConfiguration };
};

const cluster = () => {
  const { projectId, name } = new atlas.AdvancedCluster("c", {
    projectId: "0123456789abcdef01234567",
    name: "barns",
    clusterType: "REPLICASET",
    replicationSpecs: [],
  });
  const service = new atlas.PrivateLinkEndpointService("s", {
    projectId,
    privateLinkId: "l",
    endpointServiceId: "vpce-1",
    providerName: "AWS",
  });
  const read = atlas.getAdvancedClusterOutput({ projectId, name }, { dependsOn: service });
  return { strings: read.connectionStrings };
};

describe("answers that leave out what a provider may", () => {
  it("lack the lists and objects at depth 1, and keep ids, ARNs and what was declared", async () => {
    assert.deepEqual(await outputsOf(certificate, { leaveOutFrom: 1 }), {
      domainName: "api.example.com",
      arn: "arn:aws:acm",
    });
    assert.deepEqual(await outputsOf(domain, { leaveOutFrom: 1 }), {
      configuration: { certificateArn: "arn:c", endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
    });
  });

  it("have them without their parts at depth 2, but for what was declared", async () => {
    const { options } = await outputsOf(certificate, { leaveOutFrom: 2 });
    assert.deepEqual(options, [{}]);
    assert.deepEqual(await outputsOf(domain, { leaveOutFrom: 2 }), {
      configuration: { certificateArn: "arn:c", endpointType: "REGIONAL", securityPolicy: "TLS_1_2" },
    });
  });

  it("are of functions of providers as well, at whatever depth", async () => {
    const strings = async (leaveOutFrom: number) => (await outputsOf(cluster, { leaveOutFrom })).strings;
    assert.equal(await strings(1), undefined);
    assert.deepEqual(await strings(2), {});
    assert.partialDeepStrictEqual(await strings(3), { privateEndpoints: [{}] });
    assert.partialDeepStrictEqual(await strings(4), {
      privateEndpoints: [{ endpoints: [{}], type: "MONGOD" }],
    });
    assert.partialDeepStrictEqual(await strings(5), {
      privateEndpoints: [{ endpoints: [{ endpointId: "vpce-1" }] }],
    });
  });

  it("are of remote components as well", async () => {
    const network = () => {
      const { vpcId, isolatedSubnetIds } = new Vpc("n", { subnetSpecs: [{ type: "Isolated" }] });
      return { vpcId, isolatedSubnetIds };
    };
    assert.deepEqual(Object.keys(await outputsOf(network, {})), ["isolatedSubnetIds", "vpcId"]);
    assert.deepEqual(Object.keys(await outputsOf(network, { leaveOutFrom: 1 })), ["vpcId"]);
  });

  it("leave answers alone that a test gives itself", async () => {
    const token = "mongodbatlas:index/getAdvancedCluster:getAdvancedCluster";
    const invokes = { [token]: { connectionStrings: { privateEndpoints: [{ type: "MINE" }] } } };
    assert.deepEqual(await outputsOf(cluster, { leaveOutFrom: 1, invokes }), {
      strings: { privateEndpoints: [{ type: "MINE" }] },
    });
  });
});

describe("a preview of what is deployed already", () => {
  it("knows what a first one does not", async () => {
    const { arn } = await outputsOf(certificate, { preview: true });
    assert.deepEqual(arn, { $: "unknown" });
    const again = await outputsOf(certificate, { preview: true, deployed: true });
    assert.deepEqual(again, await outputsOf(certificate, {}));
  });
});
