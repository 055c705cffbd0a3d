/** Which resources hold data or messages that functions reach, and what a picture calls them. */
import type { RecordedResource } from "../../program/recording.ts";

const KINDS = {
  "aws:dynamodb/table:Table": "DynamoDB table",
  "aws:s3/bucket:Bucket": "S3 bucket",
  "aws:sqs/queue:Queue": "SQS queue",
  "aws:sns/topic:Topic": "SNS topic",
  "mongodbatlas:index/advancedCluster:AdvancedCluster": "MongoDB Atlas",
} as const;

export type StoreKind = (typeof KINDS)[keyof typeof KINDS];

export const storeTypes = Object.keys(KINDS);

export function kindOf({ type }: RecordedResource): StoreKind | undefined {
  return (KINDS as Record<string, StoreKind>)[type];
}
