/** The operations that are there, of dynalite and of ours, and why the others are not. */

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
]);

const REASONS: [RegExp, string][] = [
  [/Statement$|^ExecuteTransaction$/, "it does not know PartiQL"],
  [/TimeToLive$/, "the program says which attribute expires an item"],
  [/Backup|Export|Import|PointInTime/, "its data are the files in .local/"],
  [/Stream/, "its tables have no streams"],
];

/** A sentence that names the operation; undefined for one that is there. */
export function missingOperation(operation: string): string | undefined {
  if (SERVED.has(operation)) return undefined;
  const reason =
    REASONS.find(([pattern]) => pattern.test(operation))?.[1] ?? "dynalite does not implement it";
  return `${operation} is not there in the local DynamoDB: ${reason}.`;
}
