/** Routes with AWS_IAM: the request must be signed with a key of this run, and its owner must be allowed to call. */
import type { Guard, Principal } from "../../iam/guard.ts";
import { readSignature } from "../../iam/signature.ts";
import type { Api, Authorizer, AuthorizerDecision, RoutedRequest } from "../api.ts";
import { messageAnswer } from "../http/http-message.ts";

const SERVICE = "execute-api";

export function iamAuthorizer(api: Api, guard: Guard): Authorizer {
  return { label: "AWS_IAM", authorize: (routed) => authorize(routed, api, guard) };
}

function authorize(routed: RoutedRequest, api: Api, guard: Guard): AuthorizerDecision {
  const { request, fields, route, stage, routePath } = routed;
  const cookie = fields.cookies?.join("; ");
  const headers = cookie === undefined ? fields.joined : { ...fields.joined, cookie };
  const signed = { method: request.method, url: request.target, headers, body: request.body };
  const signature = readSignature(signed);
  if (!signature) return refuse(api, "Missing Authentication Token", "the request carries no AWS signature");
  if (signature.service !== SERVICE || signature.region !== api.region) {
    const scope = `${signature.service} in ${signature.region}`;
    return refuse(
      api,
      "Forbidden",
      `the request is signed for ${scope}, not for ${SERVICE} in ${api.region}`,
    );
  }
  const principal = guard.authenticate(signed, SERVICE);
  if (typeof principal === "string")
    return refuse(api, "Forbidden", `${principal}: ${signature.accessKeyId}`);
  const path = route.key === "$default" ? "/$default" : routePath;
  const resource = `${api.executionArn}/${stage.name}/${request.method}${path}`;
  const refusal = guard.refusal(principal, [{ action: "execute-api:Invoke", resource, context: {} }]);
  if (refusal) return refuse(api, "Forbidden", `${refusal.message}. ${refusal.hint}`);
  return { allowed: true, identity: identityOf(principal, signature.accessKeyId, api) };
}

function identityOf({ arn, role }: Principal, accessKey: string, { accountId }: Api) {
  const userId = role ? `${accessKey}:${role.session}` : accessKey;
  const fixed = { cognitoIdentity: null, principalOrgId: "o-local" };
  return { iam: { accessKey, accountId, callerId: userId, userArn: arn, userId, ...fixed } };
}

/** A REST API says what is missing, an HTTP API says nothing. */
function refuse({ protocol }: Api, message: string, reason: string): AuthorizerDecision {
  return { allowed: false, answer: messageAnswer(403, protocol === "REST" ? message : "Forbidden"), reason };
}
