import { add, editPolicy, find, type Mutants, remove, set } from "../support/mutant.ts";

export const vpcMutants: Mutants = {
  "vpc/flow-log": [
    {
      change: "nobody writes down who talks to whom",
      mutate: (recording) => remove(recording, "aws:ec2/flowLog:FlowLog"),
    },
  ],
  "vpc/default-group-closed": [
    {
      change: "the default group is as AWS made it",
      mutate: (recording) => remove(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    },
    {
      change: "the default group lets everything out",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"), "egress", [
          { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
        ]),
    },
  ],
  "vpc/no-open-ingress": [
    {
      change: "the endpoint is open to everywhere",
      mutate: (recording) =>
        set(
          find(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
          "cidrIpv4",
          "0.0.0.0/0",
        ),
    },
    {
      change: "a group is open to everywhere",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/securityGroup:SecurityGroup"), "ingress", [
          { protocol: "tcp", fromPort: 22, toPort: 22, ipv6CidrBlocks: ["::/0"] },
        ]),
    },
    {
      change: "a group is open to both halves of everywhere",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/securityGroup:SecurityGroup"), "ingress", [
          { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] },
        ]),
    },
    {
      change: "an old-style rule opens a group",
      mutate: (recording) =>
        add(recording, "aws:ec2/securityGroupRule:SecurityGroupRule", {
          type: "ingress",
          cidrBlocks: ["0.0.0.0/0"],
        }),
    },
  ],
  "vpc/endpoints": [
    {
      change: "a function in the network may call a queue",
      mutate: (recording) =>
        editPolicy(find(recording, "aws:iam/rolePolicy:RolePolicy", "readNotes-policy"), (statements) =>
          statements.push({
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Resource: "arn:aws:sqs:eu-central-1:123456789012:sound-prod-changes",
          }),
        ),
    },
    {
      change: "the network has no endpoint for DynamoDB",
      mutate: (recording) => set(find(recording, "awsx:ec2:Vpc"), "vpcEndpointSpecs", []),
    },
  ],
};
