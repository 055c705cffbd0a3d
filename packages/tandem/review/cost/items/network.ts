/** Endpoints, NAT gateways, addresses, keys and hosted zones: what costs by the hour or the month, used or not. */

import { plainObject } from "../../../program/reading/value.ts";
import type { RecordedResource } from "../../../program/recording.ts";
import type { ProgramView } from "../../program-view/view.ts";
import { asList } from "../../values/canonical.ts";
import type { Costing } from "../costing.ts";
import { HOURS } from "../units.ts";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const NETWORK = "awsx:ec2:Vpc";
/** What `awsx.ec2.Vpc` does where the program says nothing. */
const DEFAULT_ZONES = 3;

export function meterNetwork(costing: Costing): void {
  meterEndpoints(costing);
  meterNatGateways(costing);
  const { view, meter, prices } = costing;
  meter.add({
    service: "AWS KMS",
    item: "keys",
    quantity: view.ofType("aws:kms/key:Key").length,
    unit: "keys",
    price: prices.kms.key,
  });
  meter.add({
    service: "Amazon Route 53",
    item: "hosted zones",
    quantity: view.ofType("aws:route53/zone:Zone").length,
    unit: "zones",
    price: prices.route53.zone,
  });
}

function meterEndpoints({ view, meter, prices, assumed }: Costing): void {
  const endpoints = view.ofType(ENDPOINT).filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
  const known = endpoints.filter((endpoint) => zonesOf(endpoint, view) !== undefined);
  for (const { name } of endpoints.filter((endpoint) => !known.includes(endpoint))) {
    const reason = "in how many zones it stands is known after the deployment only";
    meter.unpriced(ENDPOINT, name, reason, "use");
  }
  meter.add({
    service: "AWS PrivateLink",
    item: "interface endpoints",
    quantity: known.reduce((sum, endpoint) => sum + (zonesOf(endpoint, view) ?? 0), 0) * HOURS,
    unit: "zone-hours",
    price: prices.privateLink.zoneHour,
  });
  meter.add({
    service: "AWS PrivateLink",
    item: "data through endpoints",
    quantity: endpoints.length * assumed["endpoint-data"],
    unit: "GB",
    price: prices.privateLink.dataGb,
  });
}

/** A NAT gateway costs by the hour, by what passes it, and by the public address that it needs. */
function meterNatGateways({ view, meter, prices, assumed }: Costing): void {
  const own = view.ofType("aws:ec2/natGateway:NatGateway").length;
  const ofNetworks = view.ofType(NETWORK).reduce((sum, { inputs }) => sum + natGatewaysOf(inputs), 0);
  const service = "Amazon VPC";
  const gateways = own + ofNetworks;
  meter.add({
    service,
    item: "NAT gateways",
    quantity: gateways * HOURS,
    unit: "hours",
    price: prices.natGateway.hour,
  });
  meter.add({
    service,
    item: "data through NAT gateways",
    quantity: gateways * assumed["nat-data"],
    unit: "GB",
    price: prices.natGateway.dataGb,
  });
  meter.add({
    service,
    item: "public addresses",
    quantity: (view.ofType("aws:ec2/eip:Eip").length + ofNetworks) * HOURS,
    unit: "hours",
    price: prices.server.addressHour,
  });
}

function natGatewaysOf(inputs: RecordedResource["inputs"]): number {
  const zones = zonesOfNetwork(inputs);
  switch (plainObject(inputs.natGateways)?.strategy ?? defaultStrategy(inputs)) {
    case "None":
      return 0;
    case "Single":
      return 1;
    default:
      return zones;
  }
}

/** One a zone where there are private subnets beside public ones, which is so where the program names none. */
function defaultStrategy({ subnetSpecs }: RecordedResource["inputs"]): "OnePerAz" | "None" {
  const types = asList(subnetSpecs).map((spec) => plainObject(spec)?.type);
  if (types.length === 0) return "OnePerAz";
  return ["Private", "Public"].every((type) => types.includes(type)) ? "OnePerAz" : "None";
}

function zonesOfNetwork({ availabilityZoneNames, numberOfAvailabilityZones }: RecordedResource["inputs"]) {
  const named = asList(availabilityZoneNames).length;
  if (named > 0) return named;
  return typeof numberOfAvailabilityZones === "number" ? numberOfAvailabilityZones : DEFAULT_ZONES;
}

/** A subnet a zone; where the network makes the subnets, it says in how many zones. */
function zonesOf({ inputs }: RecordedResource, view: ProgramView): number | undefined {
  if (Array.isArray(inputs.subnetIds)) return inputs.subnetIds.length;
  const [network, ...others] = view.ofType(NETWORK);
  return others.length === 0 && network !== undefined ? zonesOfNetwork(network.inputs) : undefined;
}
