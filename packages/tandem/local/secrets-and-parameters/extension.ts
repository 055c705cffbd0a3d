/**
 * The address of AWS's Parameters and Secrets Lambda Extension, for functions with that layer: plain HTTP at a port that is the same
 * for all, with the session's token of the function as the only credential.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { JsonObject } from "../../shared/json.ts";
import { createLocalServer } from "../callers.ts";
import { type Principal, sessionArn } from "../iam/guard.ts";
import { listenAt } from "../kept-ports.ts";
import {
  ApiError,
  type ApiOperation,
  type ApiOptions,
  type Operations,
  run,
} from "../other-services/json-api.ts";

export const EXTENSION_PORT = 2773;

export interface ExtensionOptions extends ApiOptions {
  secrets: Operations;
  parameters: Operations;
  region(): string;
}

/** Rejects with the system's error where the port is taken. */
export async function openExtension(options: ExtensionOptions, port = EXTENSION_PORT): Promise<Server> {
  const server = createLocalServer((request, response) => answer(options, request, response));
  await listenAt(server, port, false);
  return server;
}

function answer(
  options: ExtensionOptions,
  { url = "", headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const send = (status: number, body: string) => {
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  };
  const asked = URL.parse(url, "http://localhost");
  const call = asked && callOf(asked, options);
  if (!call) {
    send(404, "not found");
    return;
  }
  const principal = principalOf(String(headers["x-aws-parameters-secrets-token"] ?? ""), options);
  if (!principal) {
    send(401, "an AWS_SESSION_TOKEN is wanted in X-Aws-Parameters-Secrets-Token");
    return;
  }
  try {
    send(200, JSON.stringify(run(call.operation, call.input, principal, options)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    send(400, JSON.stringify({ __type: error.name, Message: error.message }));
  }
}

function callOf(
  { pathname, searchParams: query }: URL,
  { secrets, parameters }: ExtensionOptions,
): { operation: ApiOperation; input: JsonObject } | undefined {
  const given = (name: string, as: string) => (query.has(name) ? { [as]: query.get(name) } : {});
  if (pathname === "/secretsmanager/get") {
    const input = {
      ...given("secretId", "SecretId"),
      ...given("versionId", "VersionId"),
      ...given("versionStage", "VersionStage"),
    };
    return { operation: secrets.GetSecretValue as ApiOperation, input };
  }
  if (pathname.replace(/\/$/, "") !== "/systemsmanager/parameters/get") return undefined;
  const [name, part = query.get("version") ?? query.get("label")] = [query.get("name") ?? ""];
  const Name = part === null ? name : `${name}:${part}`;
  return {
    operation: parameters.GetParameter as ApiOperation,
    input: { Name, WithDecryption: query.get("withDecryption") === "true" },
  };
}

function principalOf(token: string, { guard, region }: ExtensionOptions): Principal | undefined {
  const role = guard().roleOfToken(token);
  return role && { role, arn: sessionArn(role), region: region() };
}
