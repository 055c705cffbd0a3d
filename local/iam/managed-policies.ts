/**
 * AWS's own policies that functions commonly have, as far as they matter to what runs here: actions on other services
 * are left out. A managed policy that is not listed cannot be judged.
 */
import type { Statement } from "./statements.ts";

const ANY = ["*"];
const sqsConsumer = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** Name → actions allowed on every resource. Those without any allow nothing that runs here. */
const allowed: Record<string, string[]> = {
  AWSLambdaBasicExecutionRole: [],
  AWSLambdaVPCAccessExecutionRole: [],
  AWSXRayDaemonWriteAccess: [],
  CloudWatchLambdaInsightsExecutionRolePolicy: [],
  // What `aws.lambda.CallbackFunction` attaches when it is given no policies, besides those below.
  CloudWatchFullAccessV2: [],
  CloudWatchEventsFullAccess: [],
  AmazonKinesisFullAccess: [],
  AmazonCognitoPowerUser: [],
  AWSXrayWriteOnlyAccess: [],
  AWSLambdaSQSQueueExecutionRole: sqsConsumer,
  AWSLambdaDynamoDBExecutionRole: [],
  AmazonDynamoDBFullAccess: ["dynamodb:*"],
  AmazonDynamoDBFullAccess_v2: ["dynamodb:*"],
  AmazonDynamoDBReadOnlyAccess: [
    "dynamodb:BatchGetItem",
    "dynamodb:Describe*",
    "dynamodb:GetItem",
    "dynamodb:List*",
    "dynamodb:Query",
    "dynamodb:Scan",
  ],
  AmazonSQSFullAccess: ["sqs:*"],
  AmazonSQSReadOnlyAccess: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:List*"],
  AmazonS3FullAccess: ["s3:*"],
  AmazonS3ReadOnlyAccess: ["s3:Get*", "s3:List*", "s3:Describe*"],
  AmazonSNSFullAccess: ["sns:*"],
  AWSLambda_FullAccess: ["lambda:*"],
  AWSLambdaRole: ["lambda:InvokeFunction"],
  AdministratorAccess: ["*"],
  PowerUserAccess: ["*"],
};

/** Undefined when this policy's content is not known here. */
export function managedPolicy(arn: string): Statement[] | undefined {
  const name = /^arn:aws[\w-]*:iam::aws:policy\/(?:[\w-]+\/)*([\w-]+)$/.exec(arn)?.[1];
  const actions = name === undefined ? undefined : allowed[name];
  if (!actions) return undefined;
  if (actions.length === 0) return [];
  return [
    {
      effect: "Allow",
      actions,
      exceptActions: false,
      resources: ANY,
      exceptResources: false,
      conditions: [],
      source: arn,
    },
  ];
}
