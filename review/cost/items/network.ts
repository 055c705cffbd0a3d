/** Interface endpoints, keys and hosted zones: what costs by the hour or the month, used or not. */
import type { RecordedResource } from "../../../program/recording.ts";
import { plainObject } from "../../diff/special.ts";
import type { ProgramView } from "../../program-view/view.ts";
import type { Costing } from "../costing.ts";
import { HOURS } from "../units.ts";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const NETWORK = "awsx:ec2:Vpc";

export function meterNetwork({ view, meter, prices, assumed }: Costing): void {
  const endpoints = view.ofType(ENDPOINT).filter(({ inputs }) => inputs.vpcEndpointType === "Interface");
  const known = endpoints.filter((endpoint) => zonesOf(endpoint, view) !== undefined);
  for (const { name } of endpoints.filter((endpoint) => !known.includes(endpoint))) {
    meter.unpriced(ENDPOINT, name, "in how many zones it stands is known after the deployment only");
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
  for (const { type, name, inputs } of view.ofType(NETWORK)) {
    if (plainObject(inputs.natGateways)?.strategy !== "None") {
      meter.unpriced(type, name, "how many NAT gateways it makes is not in the recording");
    }
  }
}

/** A subnet a zone; where the network makes the subnets, it says in how many zones. */
function zonesOf({ inputs }: RecordedResource, view: ProgramView): number | undefined {
  if (Array.isArray(inputs.subnetIds)) return inputs.subnetIds.length;
  const [network, ...others] = view.ofType(NETWORK);
  const zones = network?.inputs.numberOfAvailabilityZones;
  return others.length === 0 && typeof zones === "number" ? zones : undefined;
}
