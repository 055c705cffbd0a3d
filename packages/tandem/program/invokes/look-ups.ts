/**
 * Looks up what an account may hold: a resource that the program declares itself where it fits, else one made up by the rules
 * for resources of its type. What a person chose (the value of a parameter, a secret) is never made up.
 */

import { makeUpOutputs } from "../outputs/outputs.ts";
import { areaOf, readTypeToken } from "../reading/type-token.ts";
import { declarationOf } from "./declaration.ts";
import type { InvokeAnswer, InvokeContext } from "./invoke-answer.ts";

type Args = Record<string, unknown>;

/** By type of resource: how a look-up calls what the resource itself calls by another name. */
const FOUND: Record<string, Record<string, string>> = {
  "aws:acm/certificate:Certificate": { domain: "domainName" },
  "aws:cloudwatch/eventBus:EventBus": {},
  "aws:cloudwatch/logGroup:LogGroup": {},
  "aws:dynamodb/table:Table": {},
  "aws:ec2/internetGateway:InternetGateway": { internetGatewayId: "id" },
  "aws:ec2/natGateway:NatGateway": {},
  "aws:ec2/routeTable:RouteTable": { routeTableId: "id" },
  "aws:ec2/securityGroup:SecurityGroup": {},
  "aws:ec2/subnet:Subnet": {},
  "aws:ec2/vpc:Vpc": {},
  "aws:ec2/vpcEndpoint:VpcEndpoint": {},
  "aws:ecr/repository:Repository": {},
  "aws:ecs/cluster:Cluster": { clusterName: "name" },
  "aws:iam/policy:Policy": {},
  "aws:iam/role:Role": {},
  "aws:iam/user:User": { userName: "name" },
  "aws:kms/alias:Alias": {},
  "aws:kms/key:Key": { keyId: "id" },
  "aws:lambda/function:Function": { functionName: "name" },
  "aws:lb/loadBalancer:LoadBalancer": {},
  "aws:route53/zone:Zone": { zoneId: "id" },
  "aws:s3/bucket:Bucket": {},
  "aws:secretsmanager/secret:Secret": {},
  "aws:sns/topic:Topic": {},
  "aws:sqs/queue:Queue": {},
};

export const lookUps: Record<string, InvokeAnswer> = Object.fromEntries(
  Object.entries(FOUND).map(([type, names]): [string, InvokeAnswer] => [
    tokenFor(type),
    (args, context) => ({ ...args, ...lookUp(type, renamed(args, names), context) }),
  ]),
);

/** `aws:sqs/queue:Queue` is looked up with `aws:sqs/getQueue:getQueue`. */
function tokenFor(type: string): string {
  const token = readTypeToken(type);
  return `${token.provider}:${areaOf(token)}/get${token.name}:get${token.name}`;
}

function lookUp(type: string, asked: Args, context: InvokeContext): Args {
  const declared = context.declared(type).find((state) => fits(state, asked));
  if (declared !== undefined) return declared;
  const { id, outputs } = makeUpOutputs(
    declarationOf(type, asked, context),
    typeof asked.id === "string" ? asked.id : "",
  );
  return { ...DEFAULTS[type]?.(context), ...asked, ...outputs, id };
}

/** What programs read of a network they did not declare: that of every account's default VPC. */
const DEFAULTS: Record<string, (context: InvokeContext) => Args> = {
  "aws:ec2/vpc:Vpc": () => ({ cidrBlock: "172.31.0.0/16", state: "available", enableDnsSupport: true }),
  "aws:ec2/subnet:Subnet": ({ region }) => ({
    cidrBlock: "172.31.0.0/20",
    availabilityZone: `${region}a`,
    state: "available",
  }),
};

/** Whether a resource is the one asked for: by all it is asked by, and by something. */
function fits(state: Args, asked: Args): boolean {
  const entries = Object.entries(asked).filter(([, value]) => value !== undefined);
  return (
    entries.length > 0 && entries.every(([key, value]) => typeof value === "string" && state[key] === value)
  );
}

function renamed(args: Args, names: Record<string, string>): Args {
  return Object.fromEntries(Object.entries(args).map(([key, value]) => [names[key] ?? key, value]));
}
