/** Networks: EC2 makes an id for everything, and finds it by what it belongs to. */
import { listed } from "./aws.ts";
import type { Finder, Finders, UnfinishedResource } from "./import-id.ts";
import { entries, inWords, text } from "./import-id.ts";

type Filters = (it: UnfinishedResource) => Record<string, string>;

export const ec2Finders: Finders = {
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": described(
    "describe-security-groups",
    "SecurityGroups",
    "GroupId",
    (it) => ({ "vpc-id": text(it, "vpcId"), "group-name": "default" }),
  ),
  // The one whose filters have another name.
  "aws:ec2/flowLog:FlowLog": listed(
    (it) => ["ec2", "describe-flow-logs", "--filter", `Name=resource-id,Values=${text(it, "vpcId")}`],
    "FlowLogs",
    "FlowLogId",
    (it) => ({ ResourceId: text(it, "vpcId") }),
  ),
  "aws:ec2/routeTable:RouteTable": described(
    "describe-route-tables",
    "RouteTables",
    "RouteTableId",
    (it) => ({
      "vpc-id": text(it, "vpcId"),
      "tag:Name": nameTag(it),
    }),
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    id: (it) => `${text(it, "subnetId")}/${text(it, "routeTableId")}`,
  },
  "aws:ec2/securityGroup:SecurityGroup": described(
    "describe-security-groups",
    "SecurityGroups",
    "GroupId",
    (it) => ({ "vpc-id": text(it, "vpcId"), "group-name": text(it, "name") }),
  ),
  "aws:ec2/subnet:Subnet": described("describe-subnets", "Subnets", "SubnetId", (it) => ({
    "vpc-id": text(it, "vpcId"),
    "cidr-block": text(it, "cidrBlock"),
  })),
  "aws:ec2/vpc:Vpc": described("describe-vpcs", "Vpcs", "VpcId", (it) => ({ "tag:Name": nameTag(it) })),
  "aws:ec2/vpcEndpoint:VpcEndpoint": described(
    "describe-vpc-endpoints",
    "VpcEndpoints",
    "VpcEndpointId",
    (it) => ({ "vpc-id": text(it, "vpcId"), "service-name": text(it, "serviceName") }),
  ),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule(true),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule(false),
};

function nameTag({ inputs }: UnfinishedResource): string {
  return String((inputs.tags as Record<string, unknown> | undefined)?.Name ?? "");
}

/** By filters that EC2 itself applies; a filter without a value would find what is somebody else's. */
function described(action: string, list: string, id: string, filters: Filters): Finder {
  return {
    lookUp: (it) => {
      const wanted = filters(it);
      const given = Object.entries(wanted).map(([name, value]) => `Name=${name},Values=${value}`);
      const complete = Object.values(wanted).every((value) => value !== "");
      return {
        command: [
          ...(["aws", "ec2", action, "--filters", ...given] as const),
          ...(["--region", it.region, "--output", "json"] as const),
        ],
        which: `${id} of the entry under ${list} with ${inWords(wanted)}`,
        pick: (answer) => (complete ? entries(answer, list, {}).map((entry) => String(entry[id])) : []),
      };
    },
  };
}

/** A rule is known by its group, its direction and whom it is for. */
function rule(outgoing: boolean): Finder {
  return {
    lookUp: (it) => {
      const { prefixListId, referencedSecurityGroupId } = it.inputs;
      const wanted = { IsEgress: outgoing, FromPort: it.inputs.fromPort, ToPort: it.inputs.toPort };
      const isFor = (entry: Record<string, unknown>) => {
        const group = entry.ReferencedGroupInfo as { GroupId?: string } | undefined;
        return entry.PrefixListId === prefixListId && group?.GroupId === referencedSecurityGroupId;
      };
      return {
        command: [
          ...(["aws", "ec2", "describe-security-group-rules", "--filters"] as const),
          `Name=group-id,Values=${text(it, "securityGroupId")}`,
          ...(["--region", it.region, "--output", "json"] as const),
        ],
        which: `SecurityGroupRuleId of the entry with ${inWords(wanted)}, for ${prefixListId ?? referencedSecurityGroupId}`,
        pick: (answer) =>
          entries(answer, "SecurityGroupRules", wanted)
            .filter(isFor)
            .map((entry) => String(entry.SecurityGroupRuleId)),
      };
    },
  };
}
