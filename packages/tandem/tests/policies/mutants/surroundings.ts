import type { Recording } from "../../../program/recording.ts";
import { add, editPolicy, find, type Mutants, remove, set } from "../support/mutant.ts";

const stageType = "aws:apigatewayv2/stage:Stage";
const routeType = "aws:apigatewayv2/route:Route";
const groupType = "aws:cloudwatch/logGroup:LogGroup";
const functionType = "aws:lambda/function:Function";

const inStage = (path: string, value?: string | number) => (recording: Recording) =>
  set(find(recording, stageType), path, value);

function routeOf(recording: Recording, key: string) {
  const route = recording.resources.find((each) => each.type === routeType && each.inputs.routeKey === key);
  if (!route) throw new Error(`The recorded program has no route ${key}`);
  return route;
}

export const logMutants: Mutants = {
  "logs/retention": [
    {
      change: "a log is kept for ever",
      stack: "dev",
      mutate: (recording) => set(find(recording, groupType), "retentionInDays", undefined),
    },
    {
      change: "a log is kept for ever",
      mutate: (recording) => set(find(recording, groupType), "retentionInDays", undefined),
    },
  ],
  "logs/retention-a-year": [
    {
      change: "a log of production is kept for two weeks",
      mutate: (recording) => set(find(recording, groupType), "retentionInDays", 14),
    },
  ],
  "logs/declared": [
    {
      change: "a function logs wherever Lambda likes",
      mutate: (recording) => {
        delete find(recording, functionType, "hello").propertyDependencies.loggingConfig;
      },
    },
  ],
};

export const httpApiMutants: Mutants = {
  "http-api/access-log": [
    { change: "requests are not logged", mutate: inStage("accessLogSettings") },
    {
      change: "requests are logged as plain text",
      stack: "dev",
      mutate: inStage("accessLogSettings.format", "$context.identity.sourceIp $context.requestId"),
    },
  ],
  "http-api/writes-guarded": [
    {
      change: "everybody may create books",
      mutate: (recording) => set(routeOf(recording, "POST /books"), "authorizationType", "NONE"),
    },
    {
      change: "everybody may delete films",
      mutate: (recording) =>
        set(routeOf(recording, "DELETE /movies/{year}/{title+}"), "authorizationType", "NONE"),
    },
    {
      change: "an API is quick-created, with a route that takes everything",
      mutate: (recording) =>
        set(
          find(recording, "aws:apigatewayv2/api:Api"),
          "target",
          "arn:aws:lambda:eu-central-1:123456789012:function:f",
        ),
    },
    {
      change: "everybody may post to a REST API",
      mutate: (recording) =>
        add(recording, "aws:apigateway/method:Method", { httpMethod: "POST", authorization: "NONE" }),
    },
    {
      change: "everybody may post to a route of the REST component, among guarded and reading ones",
      mutate: (recording) =>
        add(recording, "aws-apigateway:index:RestAPI", {
          routes: [
            { path: "/", localPath: "www" },
            { path: "/list", method: "GET", eventHandler: "handler" },
            { path: "/keep", method: "PUT", eventHandler: "handler", iamAuthEnabled: true },
            { path: "/add", method: "POST", eventHandler: "handler" },
          ],
        }),
    },
  ],
  "http-api/reads-guarded": [
    {
      change: "everybody may read the books",
      mutate: (recording) => set(routeOf(recording, "GET /books"), "authorizationType", "NONE"),
    },
  ],
  "http-api/open-said": [
    {
      change: "a route does not say that it is open",
      mutate: (recording) => set(routeOf(recording, "GET /hello"), "authorizationType", undefined),
    },
  ],
  "http-api/throttling": [
    {
      change: "requests come as fast as they like",
      mutate: inStage("defaultRouteSettings.throttlingRateLimit"),
    },
    {
      change: "any number of requests comes at once",
      mutate: inStage("defaultRouteSettings.throttlingBurstLimit", 0),
    },
  ],
  "http-api/cors-origins": [
    {
      change: "any page may call the API",
      mutate: (recording) =>
        set(find(recording, "aws:apigatewayv2/api:Api"), "corsConfiguration.allowOrigins", ["*"]),
    },
  ],
  "http-api/tls": [
    {
      change: "a domain takes old TLS",
      mutate: (recording) =>
        add(recording, "aws:apigatewayv2/domainName:DomainName", {
          domainName: "api.example.com",
          domainNameConfiguration: { securityPolicy: "TLS_1_0" },
        }),
    },
  ],
  "http-api/staged": [{ change: "an API has no stage", mutate: (recording) => remove(recording, stageType) }],
};

export const vpcMutants: Mutants = {
  "vpc/flow-log": [
    {
      change: "nobody writes down who talks to whom",
      mutate: (recording) => remove(recording, "aws:ec2/flowLog:FlowLog"),
    },
  ],
  "vpc/default-group-closed": [
    {
      change: "the default group is as AWS made it",
      mutate: (recording) => remove(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"),
    },
    {
      change: "the default group lets everything out",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"), "egress", [
          { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] },
        ]),
    },
  ],
  "vpc/no-open-ingress": [
    {
      change: "the endpoint is open to everywhere",
      mutate: (recording) =>
        set(
          find(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
          "cidrIpv4",
          "0.0.0.0/0",
        ),
    },
    {
      change: "a group is open to everywhere",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/securityGroup:SecurityGroup"), "ingress", [
          { protocol: "tcp", fromPort: 22, toPort: 22, ipv6CidrBlocks: ["::/0"] },
        ]),
    },
    {
      change: "a group is open to both halves of everywhere",
      mutate: (recording) =>
        set(find(recording, "aws:ec2/securityGroup:SecurityGroup"), "ingress", [
          { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] },
        ]),
    },
    {
      change: "an old-style rule opens a group",
      mutate: (recording) =>
        add(recording, "aws:ec2/securityGroupRule:SecurityGroupRule", {
          type: "ingress",
          cidrBlocks: ["0.0.0.0/0"],
        }),
    },
  ],
  "vpc/endpoints": [
    {
      change: "a function in the network may call a queue",
      mutate: (recording) =>
        editPolicy(find(recording, "aws:iam/rolePolicy:RolePolicy", "readBooks-policy"), (statements) =>
          statements.push({
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Resource: "arn:aws:sqs:eu-central-1:123456789012:tandem-prod-changes",
          }),
        ),
    },
    {
      change: "the network has no endpoint for DynamoDB",
      mutate: (recording) => set(find(recording, "awsx:ec2:Vpc"), "vpcEndpointSpecs", []),
    },
  ],
};
