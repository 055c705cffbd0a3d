/**
 * Where each figure of a price file stands in AWS's offer files. A row is found by what AWS calls the usage (`usageType`, less the
 * region before it) or by its group; of prices in steps the first that is not nothing counts, because free tiers are counted
 * apart.
 */

export interface Figure {
  /** Path in the price file, e.g. `lambda.gbSecond.arm64`. */
  path: string;
  /** Code of the offer, e.g. `AWSLambda`. */
  offer: string;
  /** Columns of the row, by the names of the file without blanks and in lower case; all must match. */
  where: Record<string, RegExp>;
  /** How many of AWS's units make one of ours. */
  units?: number;
  /** True for what is sold for all regions at once: it stands in the offer's file without a region. */
  global?: boolean;
  /** True where a region need not have it. */
  optional?: boolean;
}

const THOUSAND = 1_000;
const HUNDRED_THOUSAND = 100_000;
const MILLION = 1_000_000;

/** The usage exactly, whatever region stands before it: `EUC1-`, `EU-`, or nothing in `us-east-1`. */
function usage(name: string): Record<string, RegExp> {
  return { usagetype: new RegExp(`^(?!IA-|[A-Z0-9]+-IA-)(?:[A-Z]{2,4}\\d?-)?${name}$`) };
}

function rareUsage(name: string): Record<string, RegExp> {
  return { usagetype: new RegExp(`^(?:[A-Z]{2,4}\\d?-)?IA-${name}$`) };
}

function group(name: string): Record<string, RegExp> {
  return { group: new RegExp(`^${name}$`) };
}

export const figures: readonly Figure[] = [
  ...of("AWSLambda", [
    { path: "lambda.requestsPerMillion", where: group("AWS-Lambda-Requests"), units: MILLION },
    { path: "lambda.gbSecond.arm64", where: group("AWS-Lambda-Duration-ARM") },
    { path: "lambda.gbSecond.x86_64", where: group("AWS-Lambda-Duration") },
    { path: "lambda.provisionedGbSecond.arm64", where: group("AWS-Lambda-Provisioned-Concurrency-ARM") },
    { path: "lambda.provisionedGbSecond.x86_64", where: group("AWS-Lambda-Provisioned-Concurrency") },
    { path: "lambda.provisionedDurationGbSecond.arm64", where: group("AWS-Lambda-Duration-Provisioned-ARM") },
    { path: "lambda.provisionedDurationGbSecond.x86_64", where: group("AWS-Lambda-Duration-Provisioned") },
    { path: "lambda.ephemeralGbSecond", where: group("AWS-Lambda-Storage-Duration"), optional: true },
  ]),
  ...of("AmazonApiGateway", [
    {
      path: "apiGateway.httpRequestsPerMillion",
      where: { usagetype: /ApiGatewayHttpRequest$/ },
      units: MILLION,
    },
    { path: "apiGateway.restRequestsPerMillion", where: { usagetype: /ApiGatewayRequest$/ }, units: MILLION },
    {
      path: "apiGateway.webSocketMessagesPerMillion",
      where: { usagetype: /ApiGatewayMessage$/ },
      units: MILLION,
      optional: true,
    },
  ]),
  ...of("AmazonDynamoDB", [
    { path: "dynamodb.writesPerMillion", where: usage("WriteRequestUnits"), units: MILLION },
    { path: "dynamodb.readsPerMillion", where: usage("ReadRequestUnits"), units: MILLION },
    { path: "dynamodb.writeCapacityHour", where: usage("WriteCapacityUnit-Hrs") },
    { path: "dynamodb.readCapacityHour", where: usage("ReadCapacityUnit-Hrs") },
    { path: "dynamodb.storageGb", where: usage("TimedStorage-ByteHrs") },
    { path: "dynamodb.pointInTimeGb", where: usage("TimedPITRStorage-ByteHrs") },
    ...(
      [
        ["writesPerMillion", "WriteRequestUnits", MILLION],
        ["readsPerMillion", "ReadRequestUnits", MILLION],
        ["storageGb", "TimedStorage-ByteHrs", 1],
        ["pointInTimeGb", "TimedPITRStorage-ByteHrs", 1],
      ] as const
    ).map(([name, what, units]) => ({
      path: `dynamodb.infrequentAccess.${name}`,
      where: rareUsage(what),
      units,
      optional: true,
    })),
  ]),
  ...of("AmazonCloudWatch", [
    { path: "cloudwatch.logIngestionGb", where: usage("DataProcessing-Bytes") },
    { path: "cloudwatch.logStorageGb", where: usage("TimedStorage-ByteHrs") },
    { path: "cloudwatch.metric", where: usage("CW:MetricMonitorUsage") },
    { path: "cloudwatch.metricAlarm", where: usage("CW:AlarmMonitorUsage") },
    { path: "cloudwatch.compositeAlarm", where: usage("CW:CompositeAlarmMonitorUsage") },
    { path: "cloudwatch.dashboard", where: usage("DashboardsUsageHour"), global: true },
  ]),
  ...of("AWSXRay", [
    { path: "xray.tracesPerMillion", where: { usagetype: /XRay-TracesStored$/ }, units: MILLION },
  ]),
  ...of("AmazonS3", [
    { path: "s3.storageGb", where: usage("TimedStorage-ByteHrs") },
    { path: "s3.writesPerThousand", where: usage("Requests-Tier1"), units: THOUSAND },
    { path: "s3.readsPerThousand", where: usage("Requests-Tier2"), units: THOUSAND },
  ]),
  ...of("AWSQueueService", [
    { path: "sqs.requestsPerMillion", where: { queuetype: /^Standard$/ }, units: MILLION },
  ]),
  ...of("AmazonSNS", [
    {
      path: "sns.emailsPerHundredThousand",
      where: usage("DeliveryAttempts-SMTP"),
      units: HUNDRED_THOUSAND,
    },
  ]),
  ...of("AWSEvents", [
    { path: "scheduler.callsPerMillion", where: { usagetype: /ScheduledInvocation/ }, units: MILLION },
  ]),
  ...of("AmazonVPC", [
    { path: "privateLink.zoneHour", where: usage("VpcEndpoint-Hours") },
    { path: "privateLink.dataGb", where: usage("VpcEndpoint-Bytes") },
    { path: "server.addressHour", where: usage("PublicIPv4:InUseAddress") },
  ]),
  ...of("awskms", [{ path: "kms.key", where: { usagetype: /KMS-Keys$/ } }]),
  ...of("AmazonRoute53", [{ path: "route53.zone", where: usage("HostedZone"), global: true }]),
  ...of("AWSDataTransfer", [{ path: "transfer.outGb", where: usage("DataTransfer-Out-Bytes") }]),
  ...of("AmazonEC2", [
    { path: "natGateway.hour", where: usage("NatGateway-Hours") },
    { path: "natGateway.dataGb", where: usage("NatGateway-Bytes") },
    {
      path: "server.instanceHour",
      where: { ...usage("BoxUsage:t4g\\.small"), operation: /^RunInstances$/ },
    },
    { path: "server.diskGb", where: usage("EBS:VolumeUsage\\.gp3") },
  ]),
  ...of("AWSELB", [
    {
      path: "server.loadBalancerHour",
      where: { ...usage("LoadBalancerUsage"), productfamily: /^Load Balancer-Application$/ },
    },
  ]),
];

function of(offer: string, list: Omit<Figure, "offer">[]): Figure[] {
  return list.map((figure) => ({ offer, ...figure }));
}
