/** Answers DynamoDB's requests: checks who asks and whether they may, then lets the store answer. */

import { ACCOUNT_ID } from "../../program/reading/arn.ts";
import { type JsonObject, parseObject } from "../../shared/json.ts";
import type { Answer, FrontRequest } from "../emulators/front.ts";
import { dynamodbCalls } from "../iam/actions-dynamodb.ts";
import { jsonFault } from "../iam/authentication-faults.ts";
import type { Guard, Principal, Refusal } from "../iam/guard.ts";
import { isOfRun, missingOperation } from "./operations.ts";
import { answerStored, JSON_TYPE, type Stored } from "./own-answers.ts";
import { PARTIQL_OPERATIONS } from "./partiql/answer-partiql.ts";
import { partiqlCalls } from "./partiql/permissions.ts";
import { tableOf, withTableNames } from "./table-names.ts";

export interface DynamodbAnswerOptions extends Stored {
  guard(): Guard;
  partitionKey(table: string): string | undefined;
  /** Of a declared table: its own and those of its replicas. */
  regions?(table: string): readonly string[] | undefined;
  onRefusal(refusal: Refusal): void;
}

const TARGET = /^DynamoDB(?:Streams)?_20120810\.([A-Za-z]+)$/;

export async function answerDynamodb(options: DynamodbAnswerOptions, request: FrontRequest): Promise<Answer> {
  const target = String(request.headers["x-amz-target"] ?? "");
  const operation = TARGET.exec(target)?.[1];
  if (request.method !== "POST" || !operation)
    return failure(
      "UnknownOperationException",
      `No operation of DynamoDB: ${request.method} with target "${target}".`,
    );
  const principal = options.guard().authenticate(request, "dynamodb");
  if (typeof principal === "string") return failure(...jsonFault(principal, "dynamodb"));
  if (isOfRun(operation) && principal.role)
    return failure("UnknownOperationException", `No operation of DynamoDB: ${operation}.`);
  const input = parseObject(request.body);
  if (!input) return failure("SerializationException", "");
  // Of what is not there no permission is needed.
  const missing = missingOperation(operation);
  if (missing !== undefined) return failure("UnknownOperationException", missing);
  // Of a batch of statements each is refused by itself.
  if (operation === "BatchExecuteStatement") {
    const refusalOf = (statement: JsonObject) => refused(options, principal, "ExecuteStatement", statement);
    return byNames({ ...options, refusalOf }, target, request.body);
  }
  const refusal = refused(options, principal, operation, input);
  return refusal ? failure(...refusal) : byNames(options, target, request.body);
}

async function byNames(options: DynamodbAnswerOptions, target: string, body: Buffer): Promise<Answer> {
  const named = withTableNames(body);
  if (!named) return failure("ValidationException", "A table is named twice, by its name and by its ARN");
  const answer = await answerStored(options, target, named.body);
  return named.body === body ? answer : { ...answer, body: named.asAsked(answer.body.toString()) };
}

function refused(
  options: DynamodbAnswerOptions,
  principal: Principal,
  operation: string,
  input: JsonObject,
): [code: string, message: string] | undefined {
  const { region } = principal;
  const asked = { operation, input, region, partitionKey: options.partitionKey };
  const calls = PARTIQL_OPERATIONS.includes(operation) ? partiqlCalls(asked) : dynamodbCalls(asked);
  const refusal = options.guard().refusal(principal, calls);
  if (refusal) {
    options.onRefusal(refusal);
    return ["AccessDeniedException", refusal.message];
  }
  // The same address stands for every region: a table is found by its own.
  const elsewhere = calls.find(({ resource }) => isElsewhere(options, resource));
  if (!elsewhere) return undefined;
  const { action, resource } = elsewhere;
  return /Tag(s?Of)?Resource$/.test(operation) && tableOf(resource)?.account !== ACCOUNT_ID
    ? [
        "AccessDeniedException",
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
      ]
    : ["ResourceNotFoundException", "Requested resource not found"];
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
