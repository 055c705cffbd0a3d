/** Which types the bill covers, and which cost nothing by themselves. What is in neither is unpriced, never nothing. */

/** Metered by one of the files in items/. */
const METERED = new Set([
  "aws:apigateway/method:Method",
  "aws:apigateway/restApi:RestApi",
  "aws:apigateway/stage:Stage",
  "aws:apigatewayv2/api:Api",
  "aws:apigatewayv2/route:Route",
  "aws:apigatewayv2/stage:Stage",
  "aws:apigateway/methodSettings:MethodSettings",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:dynamodb/table:Table",
  "aws:ec2/eip:Eip",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:kms/key:Key",
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "aws:lambda/function:Function",
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
  "aws:route53/zone:Zone",
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:s3/bucketV2:BucketV2",
  "aws:scheduler/schedule:Schedule",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
  "aws:xray/samplingRule:SamplingRule",
  "awsx:ec2:Vpc",
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "mongodbatlas:index/privateLinkEndpoint:PrivateLinkEndpoint",
]);

/** Settings, permissions and connections of something else. */
const FREE = [
  /^aws:acm\/certificate(Validation)?:/,
  /^aws:apigateway(v2)?\/(?!vpcLink)/,
  /^aws:ec2\/(defaultSecurityGroup|internetGateway|route|routeTable|routeTableAssociation|securityGroup|securityGroupRule|subnet|vpc):/,
  /^aws:iam\//,
  /^aws:kms\/alias:/,
  /^aws:lambda\/(alias|functionEventInvokeConfig|functionUrl|layerVersion|permission):/,
  /^aws:route53\/record:/,
  /^aws:s3\/bucket(CorsConfiguration|LifecycleConfiguration|Logging|OwnershipControls|Policy|PublicAccessBlock|ServerSideEncryptionConfiguration|Versioning)/,
  /^aws:scheduler\/scheduleGroup:/,
  /^aws:sns\/topic(Policy|Subscription):/,
  /^aws:sqs\/(queuePolicy|redriveAllowPolicy|redrivePolicy):/,
  /^aws:vpc\/securityGroup(Egress|Ingress)Rule:/,
  /^aws:xray\/group:/,
  /^mongodbatlas:index\/(alertConfiguration|cloudBackupSchedule|databaseUser|privateLinkEndpointService|project|projectIpAccessList):/,
  /^pulumi:/,
];

export function isPriced(type: string): boolean {
  return METERED.has(type) || FREE.some((pattern) => pattern.test(type));
}
