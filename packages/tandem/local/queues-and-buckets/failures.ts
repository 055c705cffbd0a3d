/** Errors in the form in which SQS and S3 give them. */

import type { Answer } from "../emulators/front.ts";
import { escapeXml } from "../escape-xml.ts";
import { formFault, isAuthenticationFailure, s3Fault } from "../iam/authentication-faults.ts";
import { field } from "./s3-documents.ts";

/** `code` is AWS's, or why a request was not recognised. */
export type Failure = (code: string, message?: string) => Answer;

/** Their codes have the prefix of the older protocol; those of all others have none. */
const PREFIXED = new Set([
  "BatchEntryIdsNotDistinct",
  "BatchRequestTooLong",
  "EmptyBatchRequest",
  "InvalidBatchEntryId",
  "MessageNotInflight",
  "NonExistentQueue",
  "PurgeQueueInProgress",
  "QueueDeletedRecently",
  "TooManyEntriesInBatchRequest",
  "UnsupportedOperation",
]);
/** Code → the name of its shape, where the two differ. */
const SHAPES: Record<string, string> = {
  InvalidParameterValue: "InvalidParameterValueException",
  MalformedInput: "SerializationException",
  MissingParameter: "MissingRequiredParameterException",
  NonExistentQueue: "QueueDoesNotExist",
};
/** Not 403, as of those that are about who asks. */
const STATUS: Record<string, number> = {
  InvalidAction: 400,
  InvalidAttributeName: 400,
  InvalidAttributeValue: 400,
  InvalidParameterValue: 400,
  MalformedInput: 400,
  MissingParameter: 400,
  NonExistentQueue: 400,
  QueueDoesNotExist: 400,
  ReceiptHandleIsInvalid: 404,
  ResourceNotFoundException: 404,
  TooManyEntriesInBatchRequest: 400,
  InvalidBatchEntryId: 400,
};

/** Clients take the code from the header that carries the one of the older protocol. */
export const sqsFailure: Failure = (given, text = "") => {
  const [code, message] = isAuthenticationFailure(given) ? formFault(given, "sqs") : [given, text];
  const old = code === "QueueDoesNotExist" ? "NonExistentQueue" : code;
  return {
    status: STATUS[code] ?? 403,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-query-error": queryError(old) },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${SHAPES[code] ?? code}`, message }),
  };
};

/** The library's refusal, by the code and the shape that AWS gives it. */
export function asSqsNames(answer: Answer): Answer {
  const header = answer.headers?.["x-amzn-query-error"];
  const code = /^AWS\.SimpleQueueService\.(\w+);/.exec(String(header))?.[1];
  if (code === undefined) return answer;
  const { message } = JSON.parse(answer.body.toString()) as { message: string };
  return {
    ...answer,
    headers: { ...answer.headers, "x-amzn-query-error": queryError(code) },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${SHAPES[code] ?? code}`, message }),
  };
}

const queryError = (code: string): string =>
  `${PREFIXED.has(code) ? "AWS.SimpleQueueService." : ""}${code};Sender`;

export const s3Failure: Failure = (given, text = "") => {
  const [code, message] = isAuthenticationFailure(given) ? s3Fault(given) : [given, text];
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status: 403, headers: { "content-type": "application/xml" }, body };
};

/** With what S3 says of it in elements of their own. */
export function failureWith(
  code: string,
  message: string,
  status: number,
  fields: Record<string, string>,
): Answer {
  const { headers, body } = s3Failure(code, message);
  const reported = Object.entries(fields).map(([name, value]) => field(name, escapeXml(value)));
  return {
    status,
    headers: { ...headers },
    body: body.toString().replace("</Error>", () => `${reported.join("")}</Error>`),
  };
}

/** Of an argument; without its value where S3 does not repeat it. */
export function invalidArgument(name: string, value: string | undefined, message: string): Answer {
  const argument = { ArgumentName: name, ...(value === undefined ? {} : { ArgumentValue: value }) };
  return failureWith("InvalidArgument", message, 400, argument);
}

/** A bare carriage return would be read as a line feed. */
export function writtenKey(key: string): string {
  return escapeXml(key).replaceAll("\r", "&#13;");
}

export function noBucket(bucket: string): Answer {
  return { ...s3Failure("NoSuchBucket", `The specified bucket does not exist: ${bucket}`), status: 404 };
}
