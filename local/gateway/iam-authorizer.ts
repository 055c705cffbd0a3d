/** Routes with AWS_IAM: the request must be signed with a key of this run. */
import type { Api } from "./api.ts";
import type { Authorizer, Decision } from "./authorizer.ts";
import { messageAnswer } from "./http-message.ts";
import { readTarget } from "./request-target.ts";
import type { RoutedRequest } from "./routed-request.ts";
import { verifySignature } from "./sigv4.ts";

export interface CallerAccess {
  /** Secret of an access key; undefined when nobody has it. */
  secretOf(accessKeyId: string): string | undefined;
  /** Why this caller may not call `execute-api` on this ARN; undefined when it may, or when nobody judges. */
  refusedCall?(accessKeyId: string, arn: string): string | undefined;
}

export function iamAuthorizer(api: Api, access: CallerAccess): Authorizer {
  return { label: "AWS_IAM", authorize: (routed) => authorize(routed, api, access) };
}

function authorize(
  { request, route, stage, target }: RoutedRequest,
  api: Api,
  access: CallerAccess,
): Decision {
  const verified = verifySignature(
    { ...request, encodedPath: readTarget(request.target).encodedPath, query: target.query },
    { region: api.region, service: "execute-api", secretOf: access.secretOf },
  );
  if ("refused" in verified) return refuse(api, verified.refused);
  const { accessKeyId } = verified;
  const path = route.key === "$default" ? "/$default" : target.path;
  const arn = `${api.executionArn}/${stage.name}/${request.method}${path}`;
  const refused = access.refusedCall?.(accessKeyId, arn);
  if (refused !== undefined) return refuse(api, refused);
  return {
    allowed: true,
    identity: {
      iam: {
        accessKey: accessKeyId,
        accountId: api.accountId,
        callerId: accessKeyId,
        cognitoIdentity: null,
        principalOrgId: "o-local",
        userArn: `arn:aws:iam::${api.accountId}:user/${accessKeyId}`,
        userId: accessKeyId,
      },
    },
  };
}

/** A REST API says what is missing, an HTTP API says nothing. */
function refuse({ protocol }: Api, reason: string): Decision {
  const unsigned = protocol === "REST" && reason.startsWith("the request has no signature");
  return {
    allowed: false,
    answer: messageAnswer(403, unsigned ? "Missing Authentication Token" : "Forbidden"),
    reason,
  };
}
