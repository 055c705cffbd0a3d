import type { RecordedResource, Recording, Values } from "../../program/recording.ts";
import { loggingActions, networkActions, tracingActions } from "../../shared/aws/actions-of-lambda.ts";
import { isInternet } from "../addresses.ts";
import { FUNCTION_TYPE, roleOf } from "../functions.ts";
import { statementsOf } from "../policy-document.ts";
import { at, list, objects, ofType, pointing, pointsAt, text, textsIn, written } from "../reading.ts";
import { each, finding, type Rule } from "../rule.ts";

/** A network of AWS itself, and one of `awsx`, which the engine expands into one of AWS and a recording does not. */
const networkTypes = ["aws:ec2/vpc:Vpc", "awsx:ec2:Vpc"];

/** Lambda does these from outside the function's network. */
const outsideTheNetwork = [...loggingActions, ...networkActions, ...tracingActions];

export const vpcRules: Rule[] = [
  {
    id: "vpc/flow-log",
    standards: ["CKV2_AWS_11", "EC2.6", "AwsSolutions-VPC7"],
    title: "Who talked to whom in a network of production is written down",
    remedy: "Add an `aws.ec2.FlowLog` for the network.",
    onlyInProduction: true,
    check: eachNetwork((network, recording) =>
      isPointedAt(recording, "aws:ec2/flowLog:FlowLog", network) ? undefined : "no flow log",
    ),
  },
  {
    id: "vpc/default-group-closed",
    standards: ["CKV2_AWS_12", "EC2.2"],
    title: "What is put into a network without a group of its own can talk to nobody",
    remedy: "Declare the network's `aws.ec2.DefaultSecurityGroup` without rules.",
    check: eachNetwork((network, recording) => {
      const groups = ofType(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").filter((group) =>
        pointsInto(recording, group, network),
      );
      if (groups.length === 0) return "its default security group is as AWS made it";
      return groups.some((group) => [...list(group, "ingress"), ...list(group, "egress")].length > 0)
        ? "its default security group lets something through"
        : undefined;
    }),
  },
  {
    id: "vpc/no-open-ingress",
    standards: ["AwsSolutions-EC23", "CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260"],
    title: "Nothing in a network can be reached from everywhere",
    remedy: "Name the security group or the addresses that may come in.",
    waivable: false,
    check: (recording) => [
      ...ofType(recording, "aws:ec2/securityGroup:SecurityGroup").flatMap((group) =>
        finding(group, openTo(objects(group, "ingress").flatMap(blocksOf))),
      ),
      ...ofType(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").flatMap((rule) =>
        finding(rule, openTo([text(rule, "cidrIpv4"), text(rule, "cidrIpv6")])),
      ),
      ...ofType(recording, "aws:ec2/securityGroupRule:SecurityGroupRule")
        .filter((rule) => text(rule, "type") === "ingress")
        .flatMap((rule) => finding(rule, openTo(blocksOf(rule.inputs)))),
    ],
  },
  {
    id: "vpc/endpoints",
    standards: ["EC2.10"],
    title: "A function in a network reaches every service it may call",
    remedy: "Add a VPC endpoint for the service, or take the function out of the network.",
    check: each(FUNCTION_TYPE, (lambda, recording) => {
      if (list(lambda, "vpcConfig.subnetIds").length === 0) return undefined;
      const reached = endpointServices(recording);
      const missing = servicesCalled(recording, lambda).filter((service) => !reached.includes(service));
      return missing.length > 0 ? `may call ${missing.join(", ")}, which has no endpoint` : undefined;
    }),
  },
];

function eachNetwork(
  judge: (network: RecordedResource, recording: Recording) => string | undefined,
): Rule["check"] {
  return (recording) =>
    ofType(recording, ...networkTypes)
      // The network inside one of `awsx` is judged with it.
      .filter((network) => !ofType(recording, "awsx:ec2:Vpc").some((outer) => outer.urn === network.parent))
      .flatMap((network) => finding(network, judge(network, recording)));
}

function isPointedAt(recording: Recording, type: string, network: RecordedResource): boolean {
  return ofType(recording, type).some((resource) => pointsInto(recording, resource, network));
}

/** Whether `vpcId` is the network's, or that of the one inside it. */
function pointsInto(recording: Recording, resource: RecordedResource, network: RecordedResource): boolean {
  return ofType(recording, ...networkTypes)
    .filter((candidate) => candidate === network || candidate.parent === network.urn)
    .some((candidate) => pointsAt(resource, "vpcId", candidate));
}

function blocksOf({ cidrBlocks, ipv6CidrBlocks }: Values): string[] {
  return [...textsIn(cidrBlocks), ...textsIn(ipv6CidrBlocks)].map((block) => block.text);
}

function openTo(blocks: (string | undefined)[]): string | undefined {
  const open = blocks.filter((block) => block !== undefined && isInternet(block));
  return open.length > 0 ? `lets in ${open.join(", ")}` : undefined;
}

/** `dynamodb` for `com.amazonaws.eu-central-1.dynamodb`. */
function endpointServices(recording: Recording): (string | undefined)[] {
  const declared = ofType(recording, "aws:ec2/vpcEndpoint:VpcEndpoint").map((each) =>
    text(each, "serviceName"),
  );
  const ofNetworks = ofType(recording, "awsx:ec2:Vpc")
    .flatMap((network) => objects(network, "vpcEndpointSpecs"))
    .map(({ serviceName }) => serviceName);
  return [...declared, ...ofNetworks].map((name) => written(name).split(".").at(-1));
}

function servicesCalled(recording: Recording, lambda: RecordedResource): string[] {
  const role = roleOf(recording, lambda);
  if (!role) return [];
  const services = pointing(recording, "aws:iam/rolePolicy:RolePolicy", "role", role)
    .flatMap((policy) => statementsOf(at(policy, "policy")) ?? [])
    .filter(({ effect, exceptActions }) => effect === "Allow" && !exceptActions)
    .flatMap((statement) => statement.actions)
    .filter((action) => !outsideTheNetwork.includes(action))
    .map((action) => action.split(":")[0] ?? action);
  return [...new Set(services)].sort();
}
