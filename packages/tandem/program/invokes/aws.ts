/** What a program may ask AWS about where and as whom it runs. */

import { prefixListId } from "../outputs/declaration.ts";
import { ACCOUNT_ID, readArn } from "../reading/arn.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";

export const awsInvokes: Record<string, InvokeAnswer> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: ACCOUNT_ID,
    accountId: ACCOUNT_ID,
    arn: `arn:aws:iam::${ACCOUNT_ID}:user/recorder`,
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
    return { id: arn, arn, ...readArn(String(arn)) };
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
