/** VPCs and their parts, certificates, DNS and distributions. */
import { type Named, prefixListId, type Rule, type Rules } from "./declaration.ts";

/** EC2 ids are a prefix and seventeen digits; the part of the ARN before the id. */
const EC2: Record<string, [prefix: string, arnPart?: string]> = {
  "aws:ec2/subnet:Subnet": ["subnet", "subnet"],
  "aws:ec2/securityGroup:SecurityGroup": ["sg", "security-group"],
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["sg", "security-group"],
  "aws:ec2/securityGroupRule:SecurityGroupRule": ["sgrule"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["sgr", "security-group-rule"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["sgr", "security-group-rule"],
  "aws:ec2/routeTable:RouteTable": ["rtb", "route-table"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["rtbassoc"],
  "aws:ec2/route:Route": ["r-rtb"],
  "aws:ec2/internetGateway:InternetGateway": ["igw", "internet-gateway"],
  "aws:ec2/natGateway:NatGateway": ["nat"],
  "aws:ec2/networkInterface:NetworkInterface": ["eni", "network-interface"],
  "aws:ec2/flowLog:FlowLog": ["fl", "vpc-flow-log"],
};

export const network: Rules = {
  ...Object.fromEntries(
    Object.entries(EC2).map(([token, [prefix, part]]): [string, Rule] => [token, ec2(prefix, part)]),
  ),
  "aws:ec2/vpc:Vpc": (it) => ({
    ...ec2("vpc", "vpc")(it),
    mainRouteTableId: `rtb-${it.digits(17, "main")}`,
    defaultRouteTableId: `rtb-${it.digits(17, "main")}`,
    defaultNetworkAclId: `acl-${it.digits(17)}`,
    defaultSecurityGroupId: `sg-${it.digits(17)}`,
  }),
  "aws:ec2/eip:Eip": (it) => {
    const id = `eipalloc-${it.digits(17)}`;
    return { id, allocationId: id, publicIp: `203.0.113.${Number.parseInt(it.digits(2), 16)}` };
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": (it) => {
    const id = `vpce-${it.digits(17)}`;
    const arn = it.arn("ec2", `vpc-endpoint/${id}`);
    if (it.inputs.vpcEndpointType !== "Interface") {
      return { id, arn, state: "available", prefixListId: prefixListId(it.text("serviceName")) };
    }
    const service = it.text("serviceName").split(".").at(-1);
    return {
      id,
      arn,
      state: "available",
      dnsEntries: [
        {
          dnsName: `${id}-${it.digits(8)}.${service}.${it.region}.vpce.amazonaws.com`,
          hostedZoneId: zoneId(it),
        },
      ],
      networkInterfaceIds: subnets(it).map((_, index) => `eni-${it.digits(17, String(index))}`),
    };
  },

  "aws:acm/certificate:Certificate": (it) => {
    const arn = it.arn("acm", `certificate/${it.uuid()}`);
    const names = [
      it.text("domainName"),
      ...((it.inputs.subjectAlternativeNames as string[] | undefined) ?? []),
    ];
    const domainValidationOptions = names.map((domainName) => ({
      domainName,
      resourceRecordName: `_${it.digits(32, domainName)}.${domainName}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: `_${it.digits(32, `${domainName} value`)}.acm-validations.aws.`,
    }));
    return { id: arn, arn, status: "ISSUED", domainValidationOptions };
  },
  "aws:acm/certificateValidation:CertificateValidation": (it) => ({ id: it.uuid() }),
  "aws:route53/zone:Zone": (it) => {
    const id = zoneId(it);
    const nameServers = [0, 1, 2, 3].map((n) => `ns-${n}.awsdns-0${n}.example`);
    return {
      id,
      zoneId: id,
      name: it.physicalName(),
      arn: `arn:aws:route53:::hostedzone/${id}`,
      nameServers,
    };
  },
  "aws:route53/record:Record": (it) => ({
    id: [it.text("zoneId"), it.text("name"), it.text("type")].join("_"),
    fqdn: it.text("name"),
  }),
  "aws:cloudfront/distribution:Distribution": (it) => {
    const id = `E${it.letters(13).toUpperCase()}`;
    return {
      id,
      arn: it.globalArn("cloudfront", `distribution/${id}`),
      domainName: `d${it.letters(13)}.cloudfront.net`,
      hostedZoneId: CLOUDFRONT_ZONE,
      status: "Deployed",
    };
  },
};

/** The one hosted zone of every distribution. */
const CLOUDFRONT_ZONE = "Z2FDTNDATAQYW2";

function ec2(prefix: string, arnPart?: string): Rule {
  return (it) => {
    const id = `${prefix}-${it.digits(17)}`;
    return { id, ...(arnPart === undefined ? {} : { arn: it.arn("ec2", `${arnPart}/${id}`) }) };
  };
}

function zoneId(it: Named): string {
  return `Z${it.letters(20).toUpperCase()}`;
}

function subnets(it: Named): unknown[] {
  return Array.isArray(it.inputs.subnetIds) ? it.inputs.subnetIds : [];
}
