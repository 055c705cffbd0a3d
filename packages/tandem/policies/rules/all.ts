import type { Rule } from "../rule.ts";
import { accessRules } from "./access.ts";
import { alarmRules } from "./alarms.ts";
import { atlasRules } from "./atlas.ts";
import { computeRules } from "./compute.ts";
import { databaseRules } from "./databases.ts";
import { dynamodbRules } from "./dynamodb.ts";
import { edgeRules } from "./edge.ts";
import { httpApiRules } from "./http-api.ts";
import { iamRules } from "./iam.ts";
import { lambdaRules } from "./lambda.ts";
import { logRules } from "./logs.ts";
import { messagingRules } from "./messaging.ts";
import { pulumiRules } from "./pulumi.ts";
import { s3Rules } from "./s3.ts";
import { vpcRules } from "./vpc.ts";

export const allRules: Rule[] = [
  ...lambdaRules,
  ...iamRules,
  ...logRules,
  ...httpApiRules,
  ...dynamodbRules,
  ...s3Rules,
  ...vpcRules,
  ...messagingRules,
  ...alarmRules,
  ...atlasRules,
  ...accessRules,
  ...databaseRules,
  ...computeRules,
  ...edgeRules,
  ...pulumiRules,
];
