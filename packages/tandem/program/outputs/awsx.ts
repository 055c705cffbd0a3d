/** What `awsx.ec2.Vpc` makes: subnets in each zone, their route tables, and gateways between them and the rest. */

import type { Declaration } from "./declaration.ts";
import type { Expansion, Make } from "./expansion.ts";

interface SubnetSpec {
  type: string;
  name?: string;
}

interface EndpointSpec {
  serviceName: string;
  vpcEndpointType?: string;
}

const DEFAULT_ZONES = 3;
const DEFAULT_SUBNETS: SubnetSpec[] = [{ type: "Private" }, { type: "Public" }];

export function expandVpc({ inputs, name, region }: Declaration, child: Make): Expansion {
  const vpc = child("aws:ec2/vpc:Vpc", name, { cidrBlock: inputs.cidrBlock ?? "10.0.0.0/16" });
  const zones = zoneNames(inputs, region);
  const specs = ((inputs.subnetSpecs as SubnetSpec[] | undefined) ?? DEFAULT_SUBNETS).filter(
    ({ type }) => type !== "Unused",
  );
  const subnets = zones.flatMap((availabilityZone, zone) =>
    specs.map((spec) => ({
      kind: spec.type,
      made: child("aws:ec2/subnet:Subnet", `${name}-${spec.name ?? spec.type.toLowerCase()}-${zone + 1}`, {
        vpcId: vpc.outputs.id,
        availabilityZone,
      }),
    })),
  );
  const ofKind = (wanted: string) => subnets.filter(({ kind }) => kind === wanted).map(({ made }) => made);
  const ids = (kind: string) => ofKind(kind).map(({ outputs }) => outputs.id);
  const routeTables = subnets.map(({ made }) =>
    child("aws:ec2/routeTable:RouteTable", made.key, { vpcId: vpc.outputs.id }),
  );
  const natGateways = natZones(inputs, zones.length, ofKind("Private").length, ofKind("Public").length);
  const endpoints = (inputs.vpcEndpointSpecs as EndpointSpec[] | undefined) ?? [];
  return {
    vpcId: vpc.outputs.id,
    publicSubnetIds: ids("Public"),
    privateSubnetIds: ids("Private"),
    isolatedSubnetIds: ids("Isolated"),
    vpc,
    subnets: subnets.map(({ made }) => made),
    publicSubnets: ofKind("Public"),
    privateSubnets: ofKind("Private"),
    isolatedSubnets: ofKind("Isolated"),
    routeTables,
    routeTableAssociations: subnets.map(({ made }) =>
      child("aws:ec2/routeTableAssociation:RouteTableAssociation", made.key),
    ),
    routes: [...ofKind("Public"), ...(natGateways.length > 0 ? ofKind("Private") : [])].map(({ key }) =>
      child("aws:ec2/route:Route", key),
    ),
    ...(ofKind("Public").length === 0
      ? {}
      : { internetGateway: child("aws:ec2/internetGateway:InternetGateway", name) }),
    natGateways: natGateways.map((zone) => child("aws:ec2/natGateway:NatGateway", `${name}-${zone + 1}`)),
    eips: natGateways.map((zone) => child("aws:ec2/eip:Eip", `${name}-${zone + 1}`)),
    vpcEndpoints: endpoints.map(({ serviceName, vpcEndpointType = "Gateway" }) =>
      child("aws:ec2/vpcEndpoint:VpcEndpoint", serviceName, {
        vpcId: vpc.outputs.id,
        serviceName,
        vpcEndpointType,
      }),
    ),
  };
}

function zoneNames(inputs: Declaration["inputs"], region: string): string[] {
  if (Array.isArray(inputs.availabilityZoneNames)) return inputs.availabilityZoneNames as string[];
  const count =
    typeof inputs.numberOfAvailabilityZones === "number" ? inputs.numberOfAvailabilityZones : DEFAULT_ZONES;
  return Array.from({ length: count }, (_, zone) => region + String.fromCharCode("a".charCodeAt(0) + zone));
}

/** Zones with a NAT gateway: one each unless the program says otherwise, and none where nothing would use or hold it. */
function natZones(
  inputs: Declaration["inputs"],
  zones: number,
  privateSubnets: number,
  publicSubnets: number,
): number[] {
  const strategy = (inputs.natGateways as { strategy?: string } | undefined)?.strategy ?? "OnePerAz";
  if (strategy === "None" || privateSubnets === 0 || publicSubnets === 0) return [];
  return Array.from({ length: strategy === "Single" ? 1 : zones }, (_, zone) => zone);
}
