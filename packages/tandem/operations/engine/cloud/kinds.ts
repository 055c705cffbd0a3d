/**
 * How AWS and Atlas tell apart what they hold: what refuses a second one of the same name and in which words, and by what
 * the providers find a thing again. Written from the services' APIs and the providers' pages, and on purpose not from the
 * table that `recover` imports by.
 */
import type { CloudResource } from "./store.ts";

type Values = Record<string, unknown>;

interface Kind {
  /** Of what there can be one only; undefined where the service makes another one each time. */
  one?: (inputs: Values) => string;
  /** What the service answers to a second one; without it the call changes the one that is there. */
  refuses?: string;
  /** Where it is not the id itself. */
  importId?: (resource: Pick<CloudResource, "id" | "inputs" | "outputs">) => string;
  /** Inputs that no read gives back. */
  unreadable?: string[];
  /** Inputs that its provider compares with what is so, not with what was asked for before. */
  compared?: string[];
  /** What a change leaves as it is, without a word. */
  leaves?: (olds: Values, news: Values) => Values;
  /** Why it cannot be deleted as it is. */
  stays?: (inputs: Values) => string | undefined;
}

const by =
  (...keys: string[]) =>
  (inputs: Values): string =>
    keys.map((key) => String(inputs[key])).join("|");

const ofApi: Kind["importId"] = ({ id, inputs }) => `${inputs.apiId}/${id}`;
const changedInPlace = (...keys: string[]): Kind => ({ one: by(...keys) });
const another: Kind = {};

export const kinds: Record<string, Kind> = {
  "aws:apigatewayv2/api:Api": another,
  "aws:apigatewayv2/authorizer:Authorizer": { importId: ofApi },
  "aws:apigatewayv2/integration:Integration": { importId: ofApi },
  "aws:apigatewayv2/route:Route": {
    one: by("apiId", "routeKey"),
    refuses: "ConflictException: Route with key already exists for this API",
    importId: ofApi,
  },
  "aws:apigatewayv2/stage:Stage": {
    one: by("apiId", "name"),
    refuses: "ConflictException: Stage already exists",
    importId: ofApi,
  },
  "aws:cloudwatch/dashboard:Dashboard": changedInPlace("dashboardName"),
  "aws:cloudwatch/logGroup:LogGroup": {
    one: by("name"),
    refuses: "ResourceAlreadyExistsException: The specified log group already exists",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": changedInPlace("name"),
  "aws:dynamodb/table:Table": {
    one: by("name"),
    refuses: "ResourceInUseException: Table already exists",
    stays: ({ deletionProtectionEnabled }) =>
      deletionProtectionEnabled === true
        ? "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first."
        : undefined,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": changedInPlace("vpcId"),
  "aws:ec2/flowLog:FlowLog": {
    one: by("vpcId", "logDestination"),
    refuses:
      "FlowLogAlreadyExists: There is an existing Flow Log with the same configuration and log destination",
  },
  "aws:ec2/routeTable:RouteTable": another,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    one: by("subnetId"),
    refuses: "Resource.AlreadyAssociated: the specified association already exists",
    importId: ({ inputs }) => `${inputs.subnetId}/${inputs.routeTableId}`,
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    one: by("vpcId", "name"),
    refuses: "InvalidGroup.Duplicate: The security group already exists for VPC",
  },
  "aws:ec2/subnet:Subnet": {
    one: by("vpcId", "cidrBlock"),
    refuses: "InvalidSubnet.Conflict: The CIDR conflicts with another subnet",
  },
  "aws:ec2/vpc:Vpc": another,
  "aws:ec2/vpcEndpoint:VpcEndpoint": another,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    one: by("url"),
    refuses: "EntityAlreadyExists: Provider with url already exists",
  },
  "aws:iam/role:Role": { one: by("name"), refuses: "EntityAlreadyExists: Role with name already exists" },
  "aws:iam/rolePolicy:RolePolicy": changedInPlace("role", "name"),
  "aws:iam/policy:Policy": {
    one: by("name"),
    refuses: "EntityAlreadyExists: A policy called so already exists",
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    ...changedInPlace("role", "policyArn"),
    importId: ({ inputs }) => `${inputs.role}/${inputs.policyArn}`,
  },
  "aws:kms/alias:Alias": {
    one: by("name"),
    refuses: "AlreadyExistsException: An alias with the name already exists",
  },
  "aws:kms/key:Key": { unreadable: ["deletionWindowInDays"] },
  "aws:lambda/alias:Alias": {
    one: by("functionName", "name"),
    refuses: "ResourceConflictException: Alias already exists",
    importId: ({ inputs }) => `${inputs.functionName}/${inputs.name}`,
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    one: by("eventSourceArn", "functionName"),
    refuses: "ResourceConflictException: An event source mapping with SQS arn and function already exists",
  },
  "aws:lambda/function:Function": {
    one: by("name"),
    refuses: "ResourceConflictException: Function already exist",
    unreadable: ["code", "publish"],
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": changedInPlace(
    "functionName",
    "qualifier",
  ),
  "aws:lambda/permission:Permission": {
    one: by("function", "qualifier", "statementId"),
    refuses: "ResourceConflictException: The statement id provided already exists",
    importId: ({ id, inputs }) => `${[inputs.function, inputs.qualifier].filter(Boolean).join(":")}/${id}`,
  },
  "aws:s3/bucket:Bucket": {
    one: by("bucket"),
    refuses: "BucketAlreadyOwnedByYou: the bucket you tried to create already exists, and you own it",
    unreadable: ["forceDestroy"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": changedInPlace("bucket"),
  "aws:s3/bucketLogging:BucketLogging": changedInPlace("bucket"),
  "aws:s3/bucketNotification:BucketNotification": changedInPlace("bucket"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": changedInPlace("bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": changedInPlace("bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": changedInPlace("bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    changedInPlace("bucket"),
  "aws:s3/bucketVersioning:BucketVersioning": changedInPlace("bucket"),
  "aws:scheduler/schedule:Schedule": {
    one: by("groupName", "name"),
    refuses: "ConflictException: Schedule already exists",
  },
  "aws:sns/topic:Topic": changedInPlace("name"),
  "aws:sns/topicPolicy:TopicPolicy": changedInPlace("arn"),
  "aws:sns/topicSubscription:TopicSubscription": changedInPlace("topic", "protocol", "endpoint"),
  "aws:sqs/queue:Queue": {
    one: by("name"),
    refuses:
      "QueueAlreadyExists: A queue already exists with the same name and a different value for attribute",
  },
  "aws:sqs/queuePolicy:QueuePolicy": changedInPlace("queueUrl"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": changedInPlace("queueUrl"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
    one: by("securityGroupId", "prefixListId", "referencedSecurityGroupId", "fromPort"),
    refuses: "InvalidPermission.Duplicate: the specified rule already exists",
  },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
    one: by("securityGroupId", "prefixListId", "referencedSecurityGroupId", "fromPort"),
    refuses: "InvalidPermission.Duplicate: the specified rule already exists",
  },
  "aws:xray/group:Group": { one: by("groupName"), refuses: "InvalidRequestException: Group already exists" },
  "aws:xray/samplingRule:SamplingRule": {
    one: by("ruleName"),
    refuses: "InvalidRequestException: Rule with name already exists",
  },

  "mongodbatlas:index/advancedCluster:AdvancedCluster": {
    one: by("projectId", "name"),
    refuses: "409 DUPLICATE_CLUSTER_NAME: A cluster with the name already exists in the project",
    importId: ({ inputs }) => `${inputs.projectId}-${inputs.name}`,
    unreadable: ["retainBackupsEnabled", "deleteOnCreateTimeout", "timeouts"],
    compared: ["pitEnabled"],
    // A shared cluster becomes a dedicated one in one step, and what needs one is on after the next.
    leaves: (olds, news): Values =>
      olds.pitEnabled === undefined && news.pitEnabled === true ? { pitEnabled: false } : {},
    stays: ({ terminationProtectionEnabled }) =>
      terminationProtectionEnabled === true
        ? "400 CANNOT_TERMINATE_CLUSTER_WHEN_TERMINATION_PROTECTION_ENABLED"
        : undefined,
  },
  "mongodbatlas:index/alertConfiguration:AlertConfiguration": another,
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule": changedInPlace("projectId", "clusterName"),
  "mongodbatlas:index/databaseUser:DatabaseUser": {
    one: by("projectId", "username", "authDatabaseName"),
    refuses: "409 USER_ALREADY_EXISTS: The specified user already exists",
  },
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint": {
    one: by("projectId", "providerName", "region"),
    refuses: "409 PRIVATE_ENDPOINT_SERVICE_ALREADY_EXISTS_FOR_REGION",
    importId: ({ inputs, outputs }) =>
      [inputs.projectId, outputs.privateLinkId, inputs.providerName, inputs.region].join("-"),
  },
  "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService": {
    one: by("projectId", "privateLinkId", "endpointServiceId"),
    refuses: "409 PRIVATE_ENDPOINT_ALREADY_EXISTS",
    importId: ({ inputs }) =>
      [inputs.projectId, inputs.privateLinkId, inputs.endpointServiceId, inputs.providerName].join("--"),
  },
  "mongodbatlas:index/project:Project": {
    one: by("orgId", "name"),
    refuses: "409 GROUP_ALREADY_EXISTS: A project with the name already exists",
  },
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": changedInPlace("projectId", "cidrBlock"),
};

/** @throws on what these clouds do not hold: a test must not pass on a guess. */
export function kindOf(type: string): Kind {
  const kind = kinds[type];
  if (kind === undefined)
    throw new Error(`The made-up clouds know no ${type}: tell tests/engine/cloud/kinds.ts`);
  return kind;
}
