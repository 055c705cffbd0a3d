/** What AWS answers to who asks without a signature, or with one that is not right. The words are the same, the codes are those of the protocol. */
import type { AuthenticationFailure } from "./guard.ts";

export type Fault = [code: string, message: string];

/** Services that say it of the request. */
const REQUEST_IS_MISSING = new Set(["dynamodb", "sqs", "sns", "sts"]);

const JSON_CODES: Record<AuthenticationFailure, string> = {
  "no signature": "MissingAuthenticationTokenException",
  "unknown key": "UnrecognizedClientException",
  "wrong signature": "InvalidSignatureException",
  "wrong service": "InvalidSignatureException",
};

const FORM_CODES: Record<AuthenticationFailure, string> = {
  "no signature": "MissingAuthenticationToken",
  "unknown key": "InvalidClientTokenId",
  "wrong signature": "SignatureDoesNotMatch",
  "wrong service": "SignatureDoesNotMatch",
};

const S3_FAULTS: Record<AuthenticationFailure, Fault> = {
  "no signature": ["AccessDenied", "Access Denied"],
  "unknown key": ["InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."],
  "wrong signature": [
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
  "wrong service": [
    "AuthorizationHeaderMalformed",
    'The authorization header is malformed; incorrect service. This endpoint belongs to "s3".',
  ],
};

/** Of the services whose answers are JSON. @param service as signatures name it */
export function jsonFault(failure: AuthenticationFailure, service: string): Fault {
  return [JSON_CODES[failure], messageOf(failure, service)];
}

/** Of the services whose protocol was once one of forms. */
export function formFault(failure: AuthenticationFailure, service: "sqs" | "sns" | "sts"): Fault {
  return [FORM_CODES[failure], messageOf(failure, service)];
}

export function s3Fault(failure: AuthenticationFailure): Fault {
  return S3_FAULTS[failure];
}

export function jsonWrongRegion(region: string): Fault {
  return [JSON_CODES["wrong signature"], wrongRegion(region)];
}

export function formWrongRegion(region: string): Fault {
  return [FORM_CODES["wrong signature"], wrongRegion(region)];
}

export function isAuthenticationFailure(text: string): text is AuthenticationFailure {
  return Object.hasOwn(JSON_CODES, text);
}

function messageOf(failure: AuthenticationFailure, service: string): string {
  switch (failure) {
    case "no signature":
      return `${REQUEST_IS_MISSING.has(service) ? "Request is missing" : "Missing"} Authentication Token`;
    case "unknown key":
      return "The security token included in the request is invalid.";
    case "wrong signature":
      return (
        "The request signature we calculated does not match the signature you provided. " +
        "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
      );
    case "wrong service":
      return `Credential should be scoped to correct service: '${service}'.`;
  }
}

function wrongRegion(region: string): string {
  return `Credential should be scoped to a valid region, not '${region}'.`;
}
