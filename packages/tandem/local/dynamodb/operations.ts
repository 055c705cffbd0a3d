/** The operations that are there, of dynalite and of ours, and why the others are not. */
import { PARTIQL_OPERATIONS } from "./partiql/answer-partiql.ts";
import { KEEP_POSITION, READ_POSITION, STREAM_OPERATIONS } from "./streams/operations.ts";

const SERVED = new Set([
  "BatchGetItem",
  "BatchWriteItem",
  "CreateTable",
  "DeleteItem",
  "DeleteTable",
  "DescribeTable",
  "DescribeTimeToLive",
  "GetItem",
  "ListTables",
  "ListTagsOfResource",
  "PutItem",
  "Query",
  "Scan",
  "TagResource",
  "TransactGetItems",
  "TransactWriteItems",
  "UntagResource",
  "UpdateItem",
  "UpdateTable",
  "UpdateTimeToLive",
  ...PARTIQL_OPERATIONS,
  ...STREAM_OPERATIONS,
  READ_POSITION,
  KEEP_POSITION,
]);

/** Of the run itself: nobody in AWS knows them. */
export function isOfRun(operation: string): boolean {
  return operation === READ_POSITION || operation === KEEP_POSITION;
}

const REASONS: [RegExp, string][] = [
  [/Backup|Export|Import|PointInTime/, "its data are the files in .local/"],
  [/KinesisStreaming/, "there is no Kinesis here"],
];

/** A sentence that names the operation; undefined for one that is there. */
export function missingOperation(operation: string): string | undefined {
  if (SERVED.has(operation)) return undefined;
  const reason =
    REASONS.find(([pattern]) => pattern.test(operation))?.[1] ?? "dynalite does not implement it";
  return `${operation} is not there in the local DynamoDB: ${reason}.`;
}
