import assert from "node:assert/strict";
import {
  formFault,
  formWrongRegion,
  jsonFault,
  jsonWrongRegion,
  s3Fault,
} from "../../../local/iam/authentication-faults.ts";

const WRONG =
  "The request signature we calculated does not match the signature you provided. " +
  "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

describe("what AWS says to who is not known", () => {
  it("is said alike by all services of the JSON protocol, and names the service", () => {
    for (const service of ["lambda", "events", "kinesis", "secretsmanager", "execute-api"]) {
      assert.deepEqual(jsonFault("no signature", service), [
        "MissingAuthenticationTokenException",
        "Missing Authentication Token",
      ]);
      assert.deepEqual(jsonFault("unknown key", service), [
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
      ]);
      assert.deepEqual(jsonFault("wrong signature", service), ["InvalidSignatureException", WRONG]);
      assert.deepEqual(jsonFault("wrong service", service), [
        "InvalidSignatureException",
        `Credential should be scoped to correct service: '${service}'.`,
      ]);
    }
  });

  it("is of DynamoDB and of the older protocol that the request misses a token", () => {
    const missing = "Request is missing Authentication Token";
    assert.deepEqual(jsonFault("no signature", "dynamodb"), ["MissingAuthenticationTokenException", missing]);
    for (const service of ["sqs", "sns", "sts"] as const)
      assert.deepEqual(formFault("no signature", service), ["MissingAuthenticationToken", missing]);
  });

  it("has codes of its own in the older protocol, and the same words", () => {
    assert.deepEqual(formFault("unknown key", "sns"), [
      "InvalidClientTokenId",
      "The security token included in the request is invalid.",
    ]);
    assert.deepEqual(formFault("wrong signature", "sqs"), ["SignatureDoesNotMatch", WRONG]);
    assert.deepEqual(formFault("wrong service", "sts"), [
      "SignatureDoesNotMatch",
      "Credential should be scoped to correct service: 'sts'.",
    ]);
  });

  it("is different of S3", () => {
    assert.deepEqual(s3Fault("no signature"), ["AccessDenied", "Access Denied"]);
    assert.deepEqual(s3Fault("unknown key"), [
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
    ]);
    assert.deepEqual(s3Fault("wrong signature"), [
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ]);
    assert.deepEqual(s3Fault("wrong service"), [
      "AuthorizationHeaderMalformed",
      'The authorization header is malformed; incorrect service. This endpoint belongs to "s3".',
    ]);
  });

  it("names the region that a signature is not for", () => {
    const message = "Credential should be scoped to a valid region, not 'us-east-1'.";
    assert.deepEqual(jsonWrongRegion("us-east-1"), ["InvalidSignatureException", message]);
    assert.deepEqual(formWrongRegion("us-east-1"), ["SignatureDoesNotMatch", message]);
  });
});
