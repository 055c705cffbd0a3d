/** Errors in the form in which SQS and S3 give them. */
import type { Answer } from "../emulators/front.ts";
import type { AuthenticationFailure } from "../iam/guard.ts";

/** `code` is AWS's, or why a request was not recognised. */
export type Failure = (code: string, message?: string) => Answer;

type Known = Record<AuthenticationFailure, { code: string; message: string }>;

const WRONG_SIGNATURE =
  "The request signature we calculated does not match the signature you provided. Check your key and signing method.";

/** Of the services whose protocol was once one of forms. */
export function formFailures(service: "sqs" | "sns"): Known {
  return {
    "no signature": {
      code: "MissingAuthenticationToken",
      message: "Request is missing Authentication Token",
    },
    "unknown key": {
      code: "InvalidClientTokenId",
      message: "The security token included in the request is invalid.",
    },
    "wrong signature": { code: "SignatureDoesNotMatch", message: WRONG_SIGNATURE },
    "wrong service": {
      code: "SignatureDoesNotMatch",
      message: `Credential should be scoped to correct service: '${service}'.`,
    },
  };
}

const sqsKnown = formFailures("sqs");
const s3Known: Known = {
  "no signature": { code: "AccessDenied", message: "Access Denied" },
  "unknown key": {
    code: "InvalidAccessKeyId",
    message: "The AWS Access Key Id you provided does not exist in our records.",
  },
  "wrong signature": { code: "SignatureDoesNotMatch", message: WRONG_SIGNATURE },
  "wrong service": {
    code: "AuthorizationHeaderMalformed",
    message: 'The authorization header is malformed; incorrect service. This endpoint belongs to "s3".',
  },
};

/** Clients take the code from the header that carries the one of the older protocol. */
export const sqsFailure: Failure = (given, text = "") => {
  const { code, message } = resolve(sqsKnown, given, text);
  const missing = code === "QueueDoesNotExist";
  return {
    status: missing || code === "InvalidAction" ? 400 : 403,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-query-error": `${missing ? "AWS.SimpleQueueService.NonExistentQueue" : code};Sender`,
    },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
  };
};

export const s3Failure: Failure = (given, text = "") => {
  const { code, message } = resolve(s3Known, given, text);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { status: 403, headers: { "content-type": "application/xml" }, body };
};

function resolve(known: Known, given: string, message: string): { code: string; message: string } {
  return given in known ? known[given as AuthenticationFailure] : { code: given, message };
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
