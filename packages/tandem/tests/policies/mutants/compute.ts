import type { Mutants } from "../support/mutant.ts";
import { wrong } from "../support/other-kinds.ts";

export const computeMutants: Mutants = {
  "ec2/metadata": [
    wrong("a machine gives its credentials to any request", "aws:ec2/instance:Instance", {
      metadataOptions: undefined,
    }),
  ],
  "ec2/no-public-address": [
    wrong("a machine has a public address", "aws:ec2/instance:Instance", { associatePublicIpAddress: true }),
    wrong("a subnet gives public addresses", "aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true }),
  ],
  "ec2/encryption": [
    wrong("a machine's disk is not encrypted", "aws:ec2/instance:Instance", {
      rootBlockDevice: { volumeSize: 8 },
    }),
  ],
  "ecr/scanned": [
    wrong("images are not scanned", "aws:ecr/repository:Repository", {
      imageScanningConfiguration: undefined,
    }),
    wrong("tags move", "aws:ecr/repository:Repository", { imageTagMutability: "MUTABLE" }),
  ],
  "ecs/confined": [
    wrong("a container is privileged", "aws:ecs/taskDefinition:TaskDefinition", {
      containerDefinitions: '[{"name":"web","privileged": true}]',
    }),
  ],
  "ecs/no-public-address": [
    wrong("a container has a public address", "aws:ecs/service:Service", {
      networkConfiguration: { assignPublicIp: true },
    }),
  ],
  "eks/private": [
    wrong("a cluster's API is public", "aws:eks/cluster:Cluster", {
      vpcConfig: { endpointPublicAccess: true },
    }),
    wrong("a cluster's API is public by default", "aws:eks/cluster:Cluster", { vpcConfig: undefined }),
  ],
  "eks/logs": [
    wrong("a cluster does not write who did what", "aws:eks/cluster:Cluster", {
      enabledClusterLogTypes: ["api"],
    }),
  ],
  "ec2/no-open-default-network": [
    wrong("something uses the default network", "aws:ec2/defaultVpc:DefaultVpc", {}),
  ],
};
