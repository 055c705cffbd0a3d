/** What AWS answers to a signature that is not right: type of the exception, and text. */
import type { AuthenticationFailure } from "../../iam/guard.ts";

type Fault = [exception: string, message: string];

const INVALID = "InvalidSignatureException";

export function signatureFault(
  failure: Exclude<AuthenticationFailure, "no signature">,
  service: string,
): Fault {
  switch (failure) {
    case "unknown key":
      return ["UnrecognizedClientException", "The security token included in the request is invalid."];
    case "wrong signature":
      return [
        INVALID,
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
      ];
    case "wrong service":
      return [INVALID, `Credential should be scoped to correct service: '${service}'.`];
  }
}

export function wrongRegion(region: string): Fault {
  return [INVALID, `Credential should be scoped to a valid region, not '${region}'.`];
}
