/** What the AWS provider calls to find out how the resources of this program are: settings of resources, never data. */
import type { Statement } from "../../components/policy-document.ts";
import { apis, buckets, named, namedGlobally, type Scope } from "./scope.ts";

export function readStatements(scope: Scope): Statement[] {
  return [
    {
      Sid: "Apis",
      Effect: "Allow",
      Action: "apigateway:GET",
      Resource: [
        apis(scope, "apis"),
        apis(scope, "apis/*"),
        apis(scope, "domainnames/*"),
        apis(scope, "tags/*"),
      ],
    },
    allow("Dashboards", ["cloudwatch:GetDashboard"], [namedGlobally(scope, "cloudwatch", "dashboard/")]),
    allow(
      "Alarms",
      ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      [named(scope, "cloudwatch", "alarm:")],
    ),
    allow(
      "Tables",
      ["DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"].map(
        (action) => `dynamodb:${action}`,
      ),
      [named(scope, "dynamodb", "table/")],
    ),
    allow(
      "Roles",
      [
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListInstanceProfilesForRole",
        "ListRolePolicies",
      ].map((action) => `iam:${action}`),
      [namedGlobally(scope, "iam", "role/")],
    ),
    allow(
      "Functions",
      [
        "GetAlias",
        "GetFunction",
        "GetFunctionCodeSigningConfig",
        "GetFunctionEventInvokeConfig",
        "GetPolicy",
        "GetProvisionedConcurrencyConfig",
        "ListTags",
        "ListVersionsByFunction",
      ].map((action) => `lambda:${action}`),
      [named(scope, "lambda", "function:")],
    ),
    allow(
      "Buckets",
      [
        "GetAccelerateConfiguration",
        "GetBucketAcl",
        "GetBucketCORS",
        "GetBucketLogging",
        "GetBucketNotification",
        "GetBucketObjectLockConfiguration",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPublicAccessBlock",
        "GetBucketRequestPayment",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
        "GetEncryptionConfiguration",
        "GetLifecycleConfiguration",
        "GetReplicationConfiguration",
        "ListBucket",
      ].map((action) => `s3:${action}`),
      [buckets(scope)],
    ),
    allow("Schedules", ["scheduler:GetSchedule"], [named(scope, "scheduler", "schedule/default/")]),
    allow(
      "Topics",
      ["sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"],
      [named(scope, "sns", "")],
    ),
    allow(
      "Queues",
      ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
      [named(scope, "sqs", "")],
    ),
    ...withoutNames(),
  ];
}

/** Calls for which AWS knows no single resource, or whose resources go by ids that AWS gives. */
function withoutNames(): Statement[] {
  return [
    allow(
      "WithoutNames",
      [
        "acm:DescribeCertificate",
        "acm:ListTagsForCertificate",
        "ec2:DescribeAvailabilityZones",
        "ec2:DescribeFlowLogs",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePrefixLists",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
        "ec2:DescribeVpcs",
        "kms:DescribeKey",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListResourceTags",
        "lambda:GetEventSourceMapping",
        "logs:DescribeLogGroups",
        "logs:ListTagsForResource",
        "route53:GetChange",
        "route53:GetHostedZone",
        "route53:ListResourceRecordSets",
        "xray:GetGroup",
        "xray:GetSamplingRules",
        "xray:ListTagsForResource",
      ],
      ["*"],
    ),
  ];
}

export function allow(Sid: string, Action: string[], Resource: Statement["Resource"]): Statement {
  return { Sid, Effect: "Allow", Action, Resource };
}
