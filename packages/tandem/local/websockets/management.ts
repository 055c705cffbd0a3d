/** `@connections`: sends to a connection, says what is known of it, or closes it. Signed with the key of a function, and judged. */
import limits from "../../shared/aws/limits.cjs";
import type { FrontRequest } from "../emulators/front.ts";
import { maskedAccount } from "../gateway/gateway-answers.ts";
import type { HttpAnswer } from "../gateway/http/http-message.ts";
import { decodePath, readTarget } from "../gateway/http/request-target.ts";
import { jsonFault, jsonWrongRegion } from "../iam/authentication-faults.ts";
import type { Guard, Refusal } from "../iam/guard.ts";
import { readSignature } from "../iam/signature.ts";
import { failure } from "./answers.ts";
import type { Connection } from "./connection.ts";
import type { WebSocketApi } from "./declared.ts";

export interface ManagementOptions {
  api: WebSocketApi;
  guard: Guard;
  connection(id: string): Connection | undefined;
  onRefusal(refusal: Refusal): void;
}

const SERVICE = "execute-api";
const PATH = /^\/([^/]+)\/@connections\/([^/]+)$/;
/** As AWS makes them. */
const CONNECTION_ID = /^[\w-]{10,20}={0,2}$/;
const FORBIDDEN = "ForbiddenException";

export function isManagement(target: string): boolean {
  return PATH.test(readTarget(target).encodedPath);
}

export function manage(request: FrontRequest, options: ManagementOptions): HttpAnswer {
  const { api, guard } = options;
  const [, stage = "", encodedId = ""] = PATH.exec(readTarget(request.url).encodedPath) ?? [];
  const id = decodePath(encodedId) ?? encodedId;
  const principal = guard.authenticate(request, SERVICE);
  if (typeof principal === "string") return failure(403, ...jsonFault(principal, SERVICE));
  const region = readSignature(request)?.region ?? "";
  if (region !== api.region) return failure(403, ...jsonWrongRegion(region));
  if (!api.stages.some(({ name }) => name === stage)) return failure(403, FORBIDDEN, "Forbidden");
  const { method } = request;
  if (method !== "POST" && method !== "GET" && method !== "DELETE")
    return failure(403, FORBIDDEN, "Forbidden");
  // AWS asks for the connections of a stage, not for a single one.
  const resource = `${api.executionArn}/${stage}/${method}/@connections/{connectionId}`;
  const call = { action: `${SERVICE}:ManageConnections`, resource, context: {} };
  const refusal = guard.refusal(principal, [call]);
  if (refusal) {
    options.onRefusal(refusal);
    return failure(403, "AccessDeniedException", maskedAccount(refusal.message));
  }
  if (!CONNECTION_ID.test(id)) return failure(400, "BadRequestException", `Invalid connectionId: ${id}`);
  if (method === "POST" && request.body.length > limits.webSockets.largestMessage)
    return failure(413, "PayloadTooLargeException", "Message too long");
  const connection = options.connection(id);
  if (!connection?.isOpen || connection.facts.stage !== stage) return failure(410, "GoneException", null);
  return done(method, connection, request.body);
}

function done(method: "POST" | "GET" | "DELETE", connection: Connection, body: Buffer): HttpAnswer {
  if (method === "GET") return described(connection);
  if (method === "POST") connection.send(body);
  else connection.close();
  return { status: method === "POST" ? 200 : 204, headers: [], body: "" };
}

function described({ facts, lastActiveAt }: Connection): HttpAnswer {
  const { connectedAt, sourceIp, userAgent } = facts;
  const known = {
    connectedAt: new Date(connectedAt).toISOString(),
    identity: { sourceIp, ...(userAgent === undefined ? {} : { userAgent }) },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
  return { status: 200, headers: ["Content-Type", "application/json"], body: JSON.stringify(known) };
}
