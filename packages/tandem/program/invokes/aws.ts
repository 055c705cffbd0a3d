/** What a program may ask AWS about where and as whom it runs. */
import type { InvokeAnswer } from "../invokes.ts";
import { ACCOUNT, prefixListId } from "../outputs/subject.ts";

export const awsInvokes: Record<string, InvokeAnswer> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: ACCOUNT,
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/recorder`,
    userId: "AIDARECORDER00000000",
  }),
  "aws:index/getRegion:getRegion": (_, { region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => ({
    id: region,
    region,
    names: ["a", "b", "c"].map((zone) => region + zone),
    zoneIds: ["az1", "az2", "az3"].map((zone) => `${region}-${zone}`),
    groupNames: [region],
  }),
  "aws:index/getArn:getArn": ({ arn }) => {
    const [, partition, service, region, account, ...resource] = String(arn).split(":");
    return { id: arn, arn, partition, service, region, account, resource: resource.join(":") };
  },
  "aws:index/getServicePrincipal:getServicePrincipal": ({ serviceName }, { region }) => ({
    id: `${serviceName}.${region}.amazonaws.com`,
    name: `${serviceName}.amazonaws.com`,
    serviceName,
    suffix: "amazonaws.com",
    region,
  }),
  "aws:ec2/getPrefixList:getPrefixList": ({ name }) => {
    const id = prefixListId(String(name));
    return { id, name, prefixListId: id, cidrBlocks: [] };
  },
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }, { region }) => {
    const id = prefixListId(String(name));
    const arn = `arn:aws:ec2:${region}:aws:prefix-list/${id}`;
    return {
      id,
      name,
      arn,
      ownerId: "AWS",
      addressFamily: "IPv4",
      entries: [],
      maxEntries: 0,
      tags: {},
      version: 0,
    };
  },
};
