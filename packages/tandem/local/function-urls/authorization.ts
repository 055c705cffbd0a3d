/**
 * Who may call a function URL. Since November 2026 Lambda wants two permissions of every caller: to call by the URL, and to
 * call the function. With NONE the provider gives both to everybody when it creates the URL, so nobody is refused.
 */

import type { IamIdentity } from "../gateway/api.ts";
import { iamIdentity, signedRequest } from "../gateway/authorizers/iam-authorizer.ts";
import type { HeaderFields } from "../gateway/http/header-fields.ts";
import type { HttpAnswer, HttpRequest } from "../gateway/http/http-message.ts";
import { jsonFault, jsonWrongRegion } from "../iam/authentication-faults.ts";
import type { Call } from "../iam/evaluate.ts";
import type { Guard } from "../iam/guard.ts";
import { readSignature } from "../iam/signature.ts";
import { forbidden, wrongSignature } from "./answers.ts";
import type { FunctionUrl } from "./declared.ts";

export type Authorization =
  | { allowed: true; identity?: IamIdentity }
  /** `reason` is for the log, never for the caller. */
  | { allowed: false; answer: HttpAnswer; reason: string };

const SERVICE = "lambda";

export function authorize(
  url: FunctionUrl,
  request: HttpRequest,
  fields: HeaderFields,
  guard: Guard,
): Authorization {
  if (url.authorization === "NONE") return { allowed: true };
  const signed = signedRequest(request, fields);
  const signature = readSignature(signed);
  const principal = guard.authenticate(signed, SERVICE);
  if (!signature || principal === "no signature")
    return { allowed: false, answer: forbidden, reason: "the request carries no AWS signature" };
  if (typeof principal === "string") {
    const answer = wrongSignature(...jsonFault(principal, SERVICE));
    return { allowed: false, answer, reason: `${principal}: ${signature.accessKeyId}` };
  }
  if (signature.region !== url.region) {
    const [type, message] = jsonWrongRegion(signature.region);
    return { allowed: false, answer: wrongSignature(type, message), reason: message };
  }
  const refusal = guard.refusal(principal, callsOf(url));
  if (refusal) return { allowed: false, answer: forbidden, reason: `${refusal.message}. ${refusal.hint}` };
  return { allowed: true, identity: iamIdentity(principal, signature.accessKeyId, url) };
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
