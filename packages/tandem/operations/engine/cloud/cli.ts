/**
 * `aws` and `atlas` as far as `recover` and a person who follows docs/operations.md ask them: `node cli.ts aws|atlas <store>
 * <arguments>`. Answers in the shapes of the real ones from what the made-up clouds hold, and refuses every command it was not
 * made for.
 */
import { ACCOUNT_ID } from "../../../program/reading/arn.ts";
import { operatorCommands } from "./operator-commands.ts";
import { type CloudResource, Store } from "./store.ts";

const [program, file = "", ...args] = process.argv.slice(2);
const store = new Store(file);

const option = (name: string): string => {
  const at = args.indexOf(`--${name}`);
  const value = args[at + 1];
  if (at < 0 || value === undefined) throw new Error(`${program} ${args.join(" ")} lacks --${name}`);
  return value;
};

/** `--filters Name=vpc-id,Values=vpc-1 Name=…` */
const filters = (): Record<string, string> =>
  Object.fromEntries(
    args.flatMap((arg) => {
      const [, name, value] = /^Name=(.+?),Values=(.*)$/.exec(arg) ?? [];
      return name === undefined ? [] : [[name, value ?? ""]];
    }),
  );

const resourcesOf = (type: string, wanted: Record<string, unknown> = {}): CloudResource[] =>
  store
    .ofType(type)
    .filter(({ inputs }) => Object.entries(wanted).every(([key, value]) => inputs[key] === value));

const nameTag = ({ inputs }: CloudResource) => (inputs.tags as { Name?: string } | undefined)?.Name;

const inApi = (type: string, answer: (resource: CloudResource) => Record<string, unknown>) => () => ({
  Items: resourcesOf(type, { apiId: option("api-id") }).map(answer),
});

const commands: Record<string, () => unknown> = {
  ...operatorCommands(store, option),
  "aws sts get-caller-identity": () => ({ Account: ACCOUNT_ID }),
  "aws apigatewayv2 get-apis": () => ({
    Items: resourcesOf("aws:apigatewayv2/api:Api").map(({ id, inputs }) => ({
      ApiId: id,
      Name: inputs.name,
    })),
  }),
  "aws apigatewayv2 get-authorizers": inApi("aws:apigatewayv2/authorizer:Authorizer", ({ id, inputs }) => ({
    AuthorizerId: id,
    Name: inputs.name,
  })),
  "aws apigatewayv2 get-integrations": inApi(
    "aws:apigatewayv2/integration:Integration",
    ({ id, inputs }) => ({
      IntegrationId: id,
      IntegrationUri: inputs.integrationUri,
    }),
  ),
  "aws apigatewayv2 get-routes": inApi("aws:apigatewayv2/route:Route", ({ id, inputs }) => ({
    RouteId: id,
    RouteKey: inputs.routeKey,
  })),
  "aws lambda list-event-source-mappings": () => ({
    EventSourceMappings: resourcesOf("aws:lambda/eventSourceMapping:EventSourceMapping", {
      functionName: option("function-name"),
    }).map(({ id, inputs }) => ({ UUID: id, EventSourceArn: inputs.eventSourceArn })),
  }),
  "aws sns list-subscriptions-by-topic": () => ({
    Subscriptions: resourcesOf("aws:sns/topicSubscription:TopicSubscription", {
      topic: option("topic-arn"),
    }).map(({ inputs }) => ({
      SubscriptionArn: "PendingConfirmation",
      Protocol: inputs.protocol,
      Endpoint: inputs.endpoint,
    })),
  }),
  "aws xray get-groups": () => ({
    Groups: resourcesOf("aws:xray/group:Group").map(({ id, inputs }) => ({
      GroupARN: id,
      GroupName: inputs.groupName,
    })),
  }),
  "aws ec2 describe-vpcs": () => ({
    Vpcs: resourcesOf("aws:ec2/vpc:Vpc")
      .filter((resource) => nameTag(resource) === filters()["tag:Name"])
      .map(({ id }) => ({ VpcId: id })),
  }),
  "aws ec2 describe-subnets": () => ({
    Subnets: resourcesOf("aws:ec2/subnet:Subnet", {
      vpcId: filters()["vpc-id"],
      cidrBlock: filters()["cidr-block"],
    }).map(({ id }) => ({ SubnetId: id })),
  }),
  "aws ec2 describe-route-tables": () => ({
    RouteTables: resourcesOf("aws:ec2/routeTable:RouteTable", { vpcId: filters()["vpc-id"] })
      .filter((resource) => nameTag(resource) === filters()["tag:Name"])
      .map(({ id }) => ({ RouteTableId: id })),
  }),
  "aws ec2 describe-security-groups": () => ({ SecurityGroups: securityGroups() }),
  "aws ec2 describe-vpc-endpoints": () => ({
    VpcEndpoints: resourcesOf("aws:ec2/vpcEndpoint:VpcEndpoint", {
      vpcId: filters()["vpc-id"],
      serviceName: filters()["service-name"],
    }).map(({ id }) => ({ VpcEndpointId: id })),
  }),
  "aws ec2 describe-flow-logs": () => ({
    FlowLogs: resourcesOf("aws:ec2/flowLog:FlowLog", { vpcId: filters()["resource-id"] }).map(
      ({ id, inputs }) => ({
        FlowLogId: id,
        ResourceId: inputs.vpcId,
      }),
    ),
  }),
  "aws ec2 describe-security-group-rules": () => ({
    SecurityGroupRules: [
      ...resourcesOf("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").map(rule(true)),
      ...resourcesOf("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(rule(false)),
    ].filter(({ GroupId }) => GroupId === filters()["group-id"]),
  }),
  "atlas projects list": () => ({
    results: resourcesOf("mongodbatlas:index/project:Project", { orgId: option("orgId") }).map(
      ({ id, inputs }) => ({
        id,
        name: inputs.name,
        orgId: inputs.orgId,
      }),
    ),
  }),
  "atlas alerts settings list": () => ({
    results: resourcesOf("mongodbatlas:index/alertConfiguration:AlertConfiguration", {
      projectId: option("projectId"),
    }).map(({ outputs, inputs }) => ({
      id: outputs.alertConfigurationId,
      eventTypeName: inputs.eventType,
      ...(inputs.metricThresholdConfig === undefined
        ? {}
        : { metricThreshold: inputs.metricThresholdConfig }),
    })),
  }),
  "atlas privateEndpoints aws list": () =>
    resourcesOf("mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint", {
      projectId: option("projectId"),
    }).map(({ outputs, inputs }) => ({ id: outputs.privateLinkId, regionName: inputs.region })),
};

/** The default one of a network is its own from the start; the provider only takes it over. */
function securityGroups() {
  const { "vpc-id": vpcId, "group-name": name } = filters();
  const own = resourcesOf("aws:ec2/securityGroup:SecurityGroup", { vpcId, name });
  const byDefault =
    name === "default" ? resourcesOf("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId }) : [];
  return [...own, ...byDefault].map(({ id }) => ({ GroupId: id }));
}

function rule(outgoing: boolean) {
  return ({ id, inputs }: CloudResource) => ({
    SecurityGroupRuleId: id,
    GroupId: inputs.securityGroupId,
    IsEgress: outgoing,
    FromPort: inputs.fromPort,
    ToPort: inputs.toPort,
    ...(inputs.prefixListId === undefined ? {} : { PrefixListId: inputs.prefixListId }),
    ...(inputs.referencedSecurityGroupId === undefined
      ? {}
      : { ReferencedGroupInfo: { GroupId: inputs.referencedSecurityGroupId } }),
  });
}

const command = Object.keys(commands).find((known) =>
  `${program} ${args.join(" ")} `.startsWith(`${known} `),
);
if (command === undefined) throw new Error(`${program} ${args.join(" ")}: the tests know no such command`);
const answer = commands[command]?.();
// The one query that a page has.
const isBody = args.join(" ").endsWith("--query Messages[0].Body --output text");
console.log(isBody ? (answer as { Messages: [{ Body: string }] }).Messages[0].Body : JSON.stringify(answer));
