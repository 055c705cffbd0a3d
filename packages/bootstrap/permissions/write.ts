/** What the AWS provider calls to create, change and delete the resources of this program. */
import type { Statement } from "../../components/policy-document.ts";
import { allow } from "./read.ts";
import { apis, buckets, named, namedGlobally, type Scope } from "./scope.ts";

export function writeStatements(scope: Scope): Statement[] {
  return [
    allow(
      "Apis",
      ["DELETE", "PATCH", "POST", "PUT", "TagResource", "UntagResource"].map(
        (action) => `apigateway:${action}`,
      ),
      [
        apis(scope, "apis"),
        apis(scope, "apis/*"),
        apis(scope, "domainnames"),
        apis(scope, "domainnames/*"),
        apis(scope, "tags/*"),
      ],
    ),
    allow(
      "Dashboards",
      ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"],
      [namedGlobally(scope, "cloudwatch", "dashboard/")],
    ),
    allow(
      "Alarms",
      prefixed("cloudwatch", ["DeleteAlarms", "PutMetricAlarm", "TagResource", "UntagResource"]),
      [named(scope, "cloudwatch", "alarm:")],
    ),
    allow(
      "Tables",
      prefixed("dynamodb", [
        "CreateTable",
        "DeleteTable",
        "TagResource",
        "UntagResource",
        "UpdateContinuousBackups",
        "UpdateTable",
        "UpdateTimeToLive",
      ]),
      [named(scope, "dynamodb", "table/")],
    ),
    allow(
      "Functions",
      prefixed("lambda", [
        "AddPermission",
        "CreateAlias",
        "CreateFunction",
        "DeleteAlias",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "DeleteFunctionEventInvokeConfig",
        "DeleteProvisionedConcurrencyConfig",
        "PublishVersion",
        "PutFunctionConcurrency",
        "PutFunctionEventInvokeConfig",
        "PutProvisionedConcurrencyConfig",
        "RemovePermission",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
      ]),
      [named(scope, "lambda", "function:")],
    ),
    allow(
      "Logs",
      prefixed("logs", [
        "CreateLogGroup",
        "DeleteLogGroup",
        "DeleteRetentionPolicy",
        "PutRetentionPolicy",
        "TagResource",
        "UntagResource",
      ]),
      ["/aws/lambda/", "/aws/vendedlogs/apigateway/", "/aws/vpc/"].map((folder) =>
        named(scope, "logs", `log-group:${folder}`),
      ),
    ),
    allow(
      "Buckets",
      prefixed("s3", [
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketPolicy",
        "PutBucketLogging",
        "PutBucketNotification",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketPublicAccessBlock",
        "PutBucketTagging",
        "PutBucketVersioning",
        "PutEncryptionConfiguration",
        "PutLifecycleConfiguration",
      ]),
      [buckets(scope)],
    ),
    allow("Schedules", prefixed("scheduler", ["CreateSchedule", "DeleteSchedule", "UpdateSchedule"]), [
      named(scope, "scheduler", "schedule/default/"),
    ]),
    allow(
      "Topics",
      prefixed("sns", [
        "CreateTopic",
        "DeleteTopic",
        "SetSubscriptionAttributes",
        "SetTopicAttributes",
        "Subscribe",
        "TagResource",
        "Unsubscribe",
        "UntagResource",
      ]),
      [named(scope, "sns", "")],
    ),
    allow(
      "Queues",
      prefixed("sqs", ["CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue"]),
      [named(scope, "sqs", "")],
    ),
    ...keyStatements(scope),
    ...withoutNames(),
  ];
}

/** Keys go by ids that AWS gives, but carry the stack's tags: without them, this would reach the key of the secrets. */
function keyStatements({ service, stagePattern }: Scope): Statement[] {
  const tagged = (kind: string) => ({
    StringEquals: { [`aws:${kind}/service`]: service },
    StringLike: { [`aws:${kind}/stage`]: stagePattern },
  });
  return [
    { ...allow("NewKeys", ["kms:CreateKey", "kms:TagResource"], ["*"]), Condition: tagged("RequestTag") },
    {
      ...allow("Keys", prefixed("kms", ["EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion"]), ["*"]),
      Condition: tagged("ResourceTag"),
    },
  ];
}

/** The functions' own roles. Only the services that run this program may be handed one. */
export function roleStatements(scope: Scope): Statement[] {
  const roles = namedGlobally(scope, "iam", "role/");
  return [
    allow(
      "Roles",
      prefixed("iam", [
        "CreateRole",
        "DeleteRole",
        "DeleteRolePolicy",
        "PutRolePolicy",
        "TagRole",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
      ]),
      [roles],
    ),
    {
      ...allow("HandOver", ["iam:PassRole"], [roles]),
      Condition: {
        StringEquals: {
          "iam:PassedToService": [
            "lambda.amazonaws.com",
            "scheduler.amazonaws.com",
            "vpc-flow-logs.amazonaws.com",
          ],
        },
      },
    },
  ];
}

/** Resources that go by ids that AWS gives, and calls for which it knows no single resource. */
function withoutNames(): Statement[] {
  return [
    allow(
      "WithoutNames",
      [
        "acm:AddTagsToCertificate",
        "acm:DeleteCertificate",
        "acm:RequestCertificate",
        "ec2:AssociateRouteTable",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateFlowLogs",
        "ec2:CreateRouteTable",
        "ec2:CreateSecurityGroup",
        "ec2:CreateSubnet",
        "ec2:CreateTags",
        "ec2:CreateVpc",
        "ec2:CreateVpcEndpoint",
        "ec2:DeleteFlowLogs",
        "ec2:DeleteRouteTable",
        "ec2:DeleteSecurityGroup",
        "ec2:DeleteSubnet",
        "ec2:DeleteTags",
        "ec2:DeleteVpc",
        "ec2:DeleteVpcEndpoints",
        "ec2:DisassociateRouteTable",
        "ec2:ModifySubnetAttribute",
        "ec2:ModifyVpcAttribute",
        "ec2:ModifyVpcEndpoint",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "lambda:CreateEventSourceMapping",
        "lambda:DeleteEventSourceMapping",
        "lambda:UpdateEventSourceMapping",
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        "route53:ChangeResourceRecordSets",
        "xray:CreateGroup",
        "xray:CreateSamplingRule",
        "xray:DeleteGroup",
        "xray:DeleteSamplingRule",
        "xray:TagResource",
        "xray:UpdateGroup",
        "xray:UpdateSamplingRule",
      ],
      ["*"],
    ),
  ];
}

function prefixed(service: string, actions: string[]): string[] {
  return actions.map((action) => `${service}:${action}`);
}
