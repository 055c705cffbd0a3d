/** Who may call a route, and what the function is told about the caller. */
import type { HttpAnswer } from "./http/http-message.ts";
import type { RoutedRequest } from "./routed-request.ts";

/** What an authorizer found out, in the shape of `requestContext.authorizer` of payload format 2.0. */
export type Identity =
  | { jwt: { claims: Record<string, string>; scopes: string[] } }
  | { lambda: Record<string, unknown>; principalId?: string }
  | { iam: IamIdentity };

export interface IamIdentity {
  accessKey: string;
  accountId: string;
  callerId: string;
  cognitoIdentity: null;
  principalOrgId: string;
  userArn: string;
  userId: string;
}

export type Decision =
  | { allowed: true; identity?: Identity }
  /** `reason` goes to the log, never to the caller. */
  | { allowed: false; answer: HttpAnswer; reason: string };

export interface Authorizer {
  /** For the list of endpoints, e.g. `JWT books:write`; absent for an open route. */
  label?: string;
  authorize(request: RoutedRequest): Decision | Promise<Decision>;
}

const allowed: Decision = { allowed: true };

export const OPEN: Authorizer = { authorize: () => allowed };
