/** Routes with AWS_IAM: the request must be signed with a key of this run, and its owner must be allowed to call. */

import { jsonFault, jsonWrongRegion } from "../../iam/authentication-faults.ts";
import type { Guard, Principal } from "../../iam/guard.ts";
import { readSignature, type SignedRequest } from "../../iam/signature.ts";
import {
  type Api,
  type Authorizer,
  type AuthorizerDecision,
  calledArn,
  type IamIdentity,
  type RoutedRequest,
} from "../api.ts";
import { badSignature, missingToken, notAllowed } from "../gateway-answers.ts";
import type { HeaderFields } from "../http/header-fields.ts";
import { type HttpAnswer, type HttpRequest, messageAnswer } from "../http/http-message.ts";

const SERVICE = "execute-api";

const forbidden = messageAnswer(403, "Forbidden");

export function iamAuthorizer(api: Api, guard: Guard): Authorizer {
  return { label: "AWS_IAM", authorize: (routed) => authorize(routed, api, guard) };
}

function authorize(routed: RoutedRequest, api: Api, guard: Guard): AuthorizerDecision {
  const { request, fields, route, routePath } = routed;
  // An HTTP API tells its caller nothing.
  const refuse = (answer: HttpAnswer, reason: string): AuthorizerDecision => ({
    allowed: false,
    answer: api.protocol === "HTTP" ? forbidden : answer,
    reason,
  });
  const signed = signedRequest(request, fields);
  const signature = readSignature(signed);
  if (!signature) return refuse(missingToken, "the request carries no AWS signature");
  if (signature.service !== SERVICE || signature.region !== api.region) {
    const scope = `${signature.service} in ${signature.region}`;
    const fault =
      signature.service === SERVICE ? jsonWrongRegion(signature.region) : jsonFault("wrong service", SERVICE);
    return refuse(
      badSignature(...fault),
      `the request is signed for ${scope}, not for ${SERVICE} in ${api.region}`,
    );
  }
  const principal = guard.authenticate(signed, SERVICE);
  if (principal === "no signature") return refuse(missingToken, principal);
  if (typeof principal === "string") {
    const answer = badSignature(...jsonFault(principal, SERVICE));
    return refuse(answer, `${principal}: ${signature.accessKeyId}`);
  }
  const path = route.key === "$default" ? "/$default" : routePath;
  const resource = calledArn(routed, path);
  const refusal = guard.refusal(principal, [{ action: "execute-api:Invoke", resource, context: {} }]);
  if (refusal) return refuse(notAllowed(refusal.message), `${refusal.message}. ${refusal.hint}`);
  return { allowed: true, identity: { iam: iamIdentity(principal, signature.accessKeyId, api) } };
}

/** As its caller signed it: with the cookies, which are kept apart from the headers. */
export function signedRequest(
  { method, target, body }: HttpRequest,
  { joined, cookies }: HeaderFields,
): SignedRequest {
  const cookie = cookies?.join("; ");
  return { method, url: target, headers: cookie === undefined ? joined : { ...joined, cookie }, body };
}

/** Of the caller, for the event. */
export function iamIdentity(
  { arn, role }: Principal,
  accessKey: string,
  { accountId }: Pick<Api, "accountId">,
): IamIdentity {
  const userId = role ? `${accessKey}:${role.session}` : accessKey;
  const fixed = { cognitoIdentity: null, principalOrgId: "o-local" };
  return { accessKey, accountId, callerId: userId, userArn: arn, userId, ...fixed };
}
