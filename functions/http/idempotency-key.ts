/** The `Idempotency-Key` of a request, as a name that no other caller can meet. */
import { createHash } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { invalidInput } from "./http-error.ts";

/** Visible ASCII, so that a UUID, a hash or a quoted text will do. Also in the API description. */
export const KEY_PATTERN = "^[!-~]{1,255}$";
const KEY = new RegExp(KEY_PATTERN);

/** A digest of route, caller and key: two callers with the same key do not see each other's answers. */
export function readIdempotencyKey(event: APIGatewayProxyEventV2): string | undefined {
  const key = event.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (!KEY.test(key)) {
    const message = "Must be 1 to 255 visible ASCII characters";
    throw invalidInput([{ in: "header", field: "idempotency-key", message }]);
  }
  return createHash("sha256")
    .update(JSON.stringify([event.routeKey, callerOf(event), key]))
    .digest("hex");
}

interface Authorized {
  authorizer?: { jwt?: { claims?: { iss?: unknown; sub?: unknown } }; iam?: { userArn?: unknown } };
}

/** Who the gateway says is calling; on an open route everybody is the same caller. */
function callerOf({ requestContext }: APIGatewayProxyEventV2): unknown[] {
  const { jwt, iam } = (requestContext as Authorized).authorizer ?? {};
  return [jwt?.claims?.iss ?? null, jwt?.claims?.sub ?? null, iam?.userArn ?? null];
}
