/**
 * Who may call a function URL. Since November 2026 Lambda wants two permissions of every caller: to call by the URL, and to
 * call the function. With NONE the provider gives both to everybody when it creates the URL, so nobody is refused.
 */

import type { IamIdentity } from "../gateway/api.ts";
import type { HttpAnswer } from "../gateway/http/http-message.ts";
import type { Call } from "../iam/evaluate.ts";
import type { AuthenticationFailure, Guard, Principal } from "../iam/guard.ts";
import { readSignature, type SignedRequest } from "../iam/signature.ts";
import { forbidden, wrongSignature } from "./answers.ts";
import type { FunctionUrl } from "./declared.ts";

export type Authorization =
  | { allowed: true; identity?: IamIdentity }
  /** `reason` is for the log, never for the caller. */
  | { allowed: false; answer: HttpAnswer; reason: string };

const SERVICE = "lambda";

const failures: Record<Exclude<AuthenticationFailure, "no signature">, [type: string, message: string]> = {
  "unknown key": ["UnrecognizedClientException", "The security token included in the request is invalid."],
  "wrong signature": [
    "InvalidSignatureException",
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  ],
  "wrong service": [
    "InvalidSignatureException",
    `Credential should be scoped to correct service: '${SERVICE}'.`,
  ],
};

export function authorize(url: FunctionUrl, request: SignedRequest, guard: Guard): Authorization {
  if (url.authorization === "NONE") return { allowed: true };
  const signature = readSignature(request);
  const principal = guard.authenticate(request, SERVICE);
  if (!signature || principal === "no signature")
    return { allowed: false, answer: forbidden, reason: "the request carries no AWS signature" };
  if (typeof principal === "string") {
    const answer = wrongSignature(...failures[principal]);
    return { allowed: false, answer, reason: `${principal}: ${signature.accessKeyId}` };
  }
  if (signature.region !== url.region) {
    const message = `Credential should be scoped to a valid region, not '${signature.region}'.`;
    return { allowed: false, answer: wrongSignature("InvalidSignatureException", message), reason: message };
  }
  const refusal = guard.refusal(principal, callsOf(url));
  if (refusal) return { allowed: false, answer: forbidden, reason: `${refusal.message}. ${refusal.hint}` };
  return { allowed: true, identity: identityOf(principal, signature.accessKeyId, url) };
}

function callsOf({ functionArn, authorization }: FunctionUrl): Call[] {
  return [
    {
      action: "lambda:InvokeFunctionUrl",
      resource: functionArn,
      context: { "lambda:functionurlauthtype": [authorization] },
    },
    {
      action: "lambda:InvokeFunction",
      resource: functionArn,
      context: { "lambda:invokedviafunctionurl": ["true"] },
    },
  ];
}

function identityOf({ arn, role }: Principal, accessKey: string, { accountId }: FunctionUrl): IamIdentity {
  const userId = role ? `${accessKey}:${role.session}` : accessKey;
  return {
    accessKey,
    accountId,
    callerId: userId,
    cognitoIdentity: null,
    principalOrgId: "o-local",
    userArn: arn,
    userId,
  };
}
