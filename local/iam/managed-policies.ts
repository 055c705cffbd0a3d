/**
 * AWS's own policies that functions commonly have, as far as they matter to what runs here: actions on other services
 * are left out. A managed policy that is not listed cannot be judged:
 * it may allow what no other policy does.
 */
import { type Statement, unknownPolicy } from "./statements.ts";

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

const OF_AWS = /^arn:aws[\w-]*:iam::aws:policy\/(?:[\w-]+\/)*([\w+=,.@-]+)$/;
/** The few of AWS's own that deny something. All others only allow, so that what another policy allows stays allowed. */
const DENIES = /Deny|Quarantine|Boundary/i;

/** Of a policy that is not listed: a statement that says so. */
export function managedPolicy(arn: string): Statement[] {
  const name = OF_AWS.exec(arn)?.[1];
  if (name === undefined) return [unknownPolicy(arn, "Deny")];
  const actions = allowed[name];
  if (!actions) return [unknownPolicy(arn, DENIES.test(name) ? "Deny" : "Allow")];
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
