import assert from "node:assert/strict";
import { Network } from "../network.ts";
import { declare, statements } from "./support/declare.ts";

const args = { cidrBlock: "10.20.0.0/16", zones: 3, region: "eu-central-1", logRetentionDays: 365 };
const network = () => {
  const { vpcId, subnetIds, functionGroupId } = new Network("network", args);
  return { vpcId, subnetIds, functionGroupId };
};

describe("Network", () => {
  it("declares a VPC with a subnet a zone and no way to the internet", async () => {
    const declared = await declare(network);
    assert.deepEqual(declared.inputs("awsx:ec2:Vpc"), {
      cidrBlock: "10.20.0.0/16",
      numberOfAvailabilityZones: 3,
      subnetStrategy: "Auto",
      subnetSpecs: [{ type: "Isolated", name: "functions" }],
      natGateways: { strategy: "None" },
      enableDnsSupport: true,
      enableDnsHostnames: true,
      vpcEndpointStrategy: "Auto",
      vpcEndpointSpecs: [{ serviceName: "com.amazonaws.eu-central-1.dynamodb", vpcEndpointType: "Gateway" }],
      tags: { Name: "tandem-dev-network" },
    });
    assert.equal((declared.recording.outputs.subnetIds as unknown[]).length, 3);
  });

  it("declares nothing besides: groups, one way out, and the flow log", async () => {
    const declared = await declare(network);
    assert.deepEqual(declared.counts(), {
      "tandem:aws:Network": 1,
      "awsx:ec2:Vpc": 1,
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
      "aws:ec2/securityGroup:SecurityGroup": 1,
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 1,
      "tandem:aws:FlowLog": 1,
      "aws:cloudwatch/logGroup:LogGroup": 1,
      "aws:iam/role:Role": 1,
      "aws:iam/rolePolicy:RolePolicy": 1,
      "aws:ec2/flowLog:FlowLog": 1,
    });
  });

  it("closes the default security group", async () => {
    const declared = await declare(network);
    assert.deepEqual(declared.inputs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"), {
      vpcId: declared.recording.outputs.vpcId,
      ingress: [],
      egress: [],
    });
  });

  it("lets functions out to DynamoDB's gateway endpoint, and nobody in", async () => {
    const declared = await declare(network);
    assert.deepEqual(declared.inputs("aws:ec2/securityGroup:SecurityGroup"), {
      name: "tandem-dev-network-functions",
      description: "Functions that live in the network",
      vpcId: declared.recording.outputs.vpcId,
    });
    const { prefixListId, ...rule } = declared.inputs(
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    );
    assert.match(String(prefixListId), /^pl-/);
    assert.deepEqual(rule, {
      securityGroupId: declared.recording.outputs.functionGroupId,
      description: "DynamoDB, through its gateway endpoint",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
    });
  });

  it("writes down all traffic, for as long as logs are kept", async () => {
    const declared = await declare(network);
    const logGroup = declared.inputs("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(logGroup, { name: "/aws/vpc/tandem-dev-network", retentionInDays: 365 });
    const group = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vpc/tandem-dev-network";
    assert.deepEqual(declared.inputs("aws:ec2/flowLog:FlowLog"), {
      vpcId: declared.recording.outputs.vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group,
      iamRoleArn: "arn:aws:iam::123456789012:role/tandem-dev-network-flow-log",
      tags: { Name: "tandem-dev-network" },
    });
    assert.deepEqual(statements(declared.inputs("aws:iam/role:Role").assumeRolePolicy), [
      { Effect: "Allow", Principal: { Service: "vpc-flow-logs.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    assert.deepEqual(statements(declared.inputs("aws:iam/rolePolicy:RolePolicy").policy), [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `${group}:*`,
      },
    ]);
  });
});
