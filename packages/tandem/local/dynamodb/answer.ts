/** Answers DynamoDB's requests: checks who asks and whether they may, then lets the store answer. */

import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { dynamodbCalls } from "../iam/actions-dynamodb.ts";
import type { AuthenticationFailure, Guard, Principal, Refusal } from "../iam/guard.ts";
import { missingOperation } from "./operations.ts";
import { DynamodbError, type Store } from "./store.ts";
import { tableOf, withTableNames } from "./table-names.ts";
import { TransactionCanceled, type Transactions } from "./transactions.ts";

export interface DynamodbAnswerOptions {
  store: Store;
  transactions: Transactions;
  guard(): Guard;
  partitionKey(table: string): string | undefined;
  /** Of a declared table: its own and those of its replicas. */
  regions?(table: string): readonly string[] | undefined;
  onRefusal(refusal: Refusal): void;
}

const CHECK_FAILURE = "ReturnValuesOnConditionCheckFailure";
const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };
const TARGET = /^DynamoDB_20120810\.([A-Za-z]+)$/;

const failures: Record<AuthenticationFailure, [code: string, message: string]> = {
  "no signature": ["MissingAuthenticationTokenException", "Request is missing Authentication Token"],
  "unknown key": ["UnrecognizedClientException", "The security token included in the request is invalid."],
  "wrong signature": [
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. " +
      "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
  "wrong service": [
    "InvalidSignatureException",
    "Credential should be scoped to correct service: 'dynamodb'.",
  ],
};

export async function answerDynamodb(options: DynamodbAnswerOptions, request: FrontRequest): Promise<Answer> {
  const target = String(request.headers["x-amz-target"] ?? "");
  const operation = TARGET.exec(target)?.[1];
  if (request.method !== "POST" || !operation)
    return failure(
      "UnknownOperationException",
      `No operation of DynamoDB: ${request.method} with target "${target}".`,
    );
  const principal = options.guard().authenticate(request, "dynamodb");
  if (typeof principal === "string") return failure(...failures[principal]);
  const refusal = refused(options, principal, operation, request.body);
  if (refusal) return refusal;
  const missing = missingOperation(operation);
  return missing === undefined
    ? byNames(options, target, request.body)
    : failure("UnknownOperationException", missing);
}

async function byNames(options: DynamodbAnswerOptions, target: string, body: Buffer): Promise<Answer> {
  const named = withTableNames(body);
  if (!named) return failure("ValidationException", "A table is named twice, by its name and by its ARN");
  const answer = await stored(options, target, named.body);
  return named.body === body ? answer : { ...answer, body: named.asAsked(answer.body.toString()) };
}

/** Dynalite's answer, and ours to what it does not know. */
async function stored(
  { store, transactions }: DynamodbAnswerOptions,
  target: string,
  body: Buffer,
): Promise<Answer> {
  if (target.endsWith(".TransactWriteItems"))
    return transacted(() => transactions.write(parseObject(body) ?? {}));
  if (target.endsWith(".TransactGetItems"))
    return transacted(() => transactions.get(parseObject(body) ?? {}));
  return body.includes(CHECK_FAILURE) ? withOldItem(store, target, body) : store.send(target, body);
}

async function transacted(work: () => Promise<JsonObject>): Promise<Answer> {
  try {
    return { status: 200, headers: JSON_TYPE, body: JSON.stringify(await work()) };
  } catch (error) {
    if (!(error instanceof DynamodbError)) throw error;
    const { code, reason } = error;
    const reasons = error instanceof TransactionCanceled ? { CancellationReasons: error.reasons } : {};
    return ownFailure(code, reason, reasons);
  }
}

/** `ReturnValuesOnConditionCheckFailure`: the item as it was when the condition was looked at. */
function withOldItem(store: Store, target: string, body: Buffer): Promise<Answer> {
  const { [CHECK_FAILURE]: wanted, ...input } = parseObject(body) ?? {};
  const { TableName, Key, Item } = input as { TableName?: string; Key?: JsonObject; Item?: JsonObject };
  return store.alone(async (run, send) => {
    const answer = await send(target, Buffer.from(JSON.stringify(input)));
    const failed = answer.status === 200 ? undefined : parseObject(String(answer.body));
    if (wanted !== "ALL_OLD" || !/#ConditionalCheckFailedException$/.test(String(failed?.__type)))
      return answer;
    const { Table } = await run<{ Table: { KeySchema: { AttributeName: string }[] } }>("DescribeTable", {
      TableName,
    });
    const names = Table.KeySchema.map(({ AttributeName }) => AttributeName);
    const key = Key ?? Object.fromEntries(names.map((name) => [name, Item?.[name]]));
    const { Item: old } = await run<{ Item?: JsonObject }>("GetItem", {
      TableName,
      Key: key,
      ConsistentRead: true,
    });
    return old ? { ...answer, headers: JSON_TYPE, body: JSON.stringify({ ...failed, Item: old }) } : answer;
  });
}

function refused(
  options: DynamodbAnswerOptions,
  principal: Principal,
  operation: string,
  body: Buffer,
): Answer | undefined {
  const input = parseObject(body);
  if (!input) return failure("SerializationException", "");
  const { region } = principal;
  const calls = dynamodbCalls({ operation, input, region, partitionKey: options.partitionKey });
  if (!calls) {
    // Of what is not there no permission is needed, and none can be told for PartiQL.
    if (!principal.role || missingOperation(operation) !== undefined) return undefined;
    const message = `${operation}: the local run cannot tell what this request needs a permission for`;
    return failure("AccessDeniedException", message);
  }
  const refusal = options.guard().refusal(principal, calls);
  if (refusal) {
    options.onRefusal(refusal);
    return failure("AccessDeniedException", refusal.message);
  }
  // The same address stands for every region: a table is found by its own.
  return calls.some(({ resource }) => isElsewhere(options, resource))
    ? failure("ResourceNotFoundException", "Requested resource not found")
    : undefined;
}

function isElsewhere({ regions }: DynamodbAnswerOptions, arn: string): boolean {
  const table = tableOf(arn);
  if (!table) return false;
  return table.account !== ACCOUNT_ID || regions?.(table.name)?.includes(table.region) === false;
}

export function failure(code: string, message: string, status = 400): Answer {
  return {
    status,
    headers: JSON_TYPE,
    body: JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message }),
  };
}

/** Of DynamoDB itself, not of what stands before every service. */
function ownFailure(code: string, Message: string, more: object): Answer {
  const prefix =
    code === "ValidationException" ? "com.amazon.coral.validate" : "com.amazonaws.dynamodb.v20120810";
  const body = { __type: `${prefix}#${code}`, Message, message: Message, ...more };
  return { status: 400, headers: JSON_TYPE, body: JSON.stringify(body) };
}
